/** What the generator itself tells Prometheus: in which phase it is, and what the bystander sees. */
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gauge, Histogram, Registry } from 'prom-client';
import { Failure } from '../failure.ts';

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Two scrapes at the project's interval of 1 s. */
const LINGER_MS = 2_000;

export class Telemetry {
  readonly #registry = new Registry();
  readonly #labels: { mode: string; run: string };
  #scraped = false;
  readonly #phase = new Gauge({
    name: 'bench_phase',
    help: '1 for the phase that the run is in',
    labelNames: ['phase', 'mode', 'run'],
    registers: [this.#registry],
  });
  readonly #bystander = new Histogram({
    name: 'bystander_duration_seconds',
    help: 'What a caller of /non-blocking waits, from the intended start of its request',
    labelNames: ['mode'],
    buckets: BUCKETS,
    registers: [this.#registry],
  });
  readonly #fault = new Gauge({
    name: 'chaos_fault',
    help: '1 from a fault until all is well again',
    labelNames: ['service', 'fault'],
    registers: [this.#registry],
  });
  readonly #server = createServer(async (_request, response) => {
    this.#scraped = true;
    response.setHeader('content-type', this.#registry.contentType).end(await this.#registry.metrics());
  });

  constructor(mode: string, run: string) {
    this.#labels = { mode, run };
  }

  /** Throws a `Failure` with the cause and the address if the port cannot be had. */
  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', ({ message }) =>
        reject(new Failure(`no metrics of the generator: ${message}: choose another with METRICS_PORT=`)),
      );
      this.#server.listen({ host, port }, resolve);
    });
  }

  phase(phase: string): void {
    this.#phase.reset();
    this.#phase.set({ ...this.#labels, phase }, 1);
  }

  fault({ service, fault }: { service: string; fault: string }, on: boolean): void {
    this.#fault.set({ service, fault }, on ? 1 : 0);
  }

  bystander(ms: number): void {
    this.#bystander.observe({ mode: this.#labels.mode }, ms / 1000);
  }

  /** Stays for two more scrapes if anybody scrapes at all, then closes. */
  async close(): Promise<void> {
    this.phase('over');
    if (this.#scraped) await sleep(LINGER_MS);
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
