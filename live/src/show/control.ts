/** The queue that loses: the control of the chaos runs, for one kill of its own worker, beside the queue that does not. */
import { chaosControl } from '@heavy-lifter/loadgen/chaos/control/control';
import type { Config } from '../config.ts';
import type { Control } from '../contract.ts';

/** It takes some ten seconds. */
const LIMIT_MS = 60_000;
const NOTHING = { acknowledged: null, completed: null, lost: null };

export class LosingQueue {
  readonly #config: Config;
  readonly #tell: (control: Control) => void;
  #running: AbortController | undefined;

  constructor(config: Config, tell: (control: Control) => void) {
    this.#config = config;
    this.#tell = tell;
  }

  /** Begins; resolves to why it does not, if so. */
  begin(): string | undefined {
    if (!this.#config.REDIS_URL) return 'there is no Redis here: the losing queue needs one, too';
    if (this.#running) return 'the losing queue is running already';
    this.#running = new AbortController();
    void this.#run(AbortSignal.any([this.#running.signal, AbortSignal.timeout(LIMIT_MS)]));
    return undefined;
  }

  stop(): void {
    this.#running?.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const tell = (told: Omit<Control, 'at'>) => this.#tell({ at: Date.now(), ...told });
    tell({ state: 'running', ...NOTHING, says: 'its worker is killed once, while it has something in hand' });
    try {
      const { acknowledged, completed, lost } = await chaosControl({ ...this.#config, ROUNDS: 1 }, signal);
      const says = `${acknowledged} promised, ${completed} done, ${lost} lost: whoever takes an item holds the only copy of it`;
      tell({ state: 'done', acknowledged, completed, lost, says });
    } catch (error) {
      const says = signal.aborted ? 'it was stopped' : (error as Error).message;
      tell({ state: 'failed', ...NOTHING, says });
    } finally {
      this.#running = undefined;
    }
  }
}
