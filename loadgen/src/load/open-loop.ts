/** The open loop on tasks: what callers see who do not wait for each other. */
import { workload } from '@heavy-lifter/workloads';
import { Pool } from 'undici';
import type { Ledger } from '../account/ledger.ts';
import type { Load, Loaded } from './closed-loop.ts';
import { pace } from './pacer.ts';

/** Bounds the generator's memory when the service falls behind; what is beyond is skipped and said. */
const MAX_IN_FLIGHT = 5_000;
const ANSWER_LIMIT_S = 60;

export async function openLoop(
  { url, durationS, signal, ledger, timeoutS = ANSWER_LIMIT_S }: Load & { ledger: Ledger },
  rate: number,
): Promise<Loaded & { skipped: number }> {
  const limitMs = timeoutS * 1000;
  const pool = new Pool(url, { connections: 512, headersTimeout: limitMs, bodyTimeout: limitMs });
  const startedAt = performance.now();
  let open = 0;
  let served = 0;
  const { latencyMs, skipped } = await pace({
    rate,
    durationS,
    maxInFlight: MAX_IN_FLIGHT,
    signal,
    async send() {
      const task = ledger.next();
      ledger.sent();
      open++;
      try {
        const path = `/blocking?${workload.queryOf(task)}`;
        const { statusCode, body } = await pool.request({ method: 'GET', path });
        const outcome = ledger.answered(statusCode, await body.text());
        const serves = outcome === 'ok' || outcome === 'accepted';
        if (serves) served++;
        return serves;
      } catch (error) {
        // The destroyed pool below rejects what is still open: that is cut, and filed there.
        if (!pool.destroyed) ledger.lost((error as NodeJS.ErrnoException).code ?? String(error));
        else ledger.cutOff();
        return false;
      } finally {
        open--;
      }
    },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  await pool.destroy();
  while (open > 0) await new Promise((resolve) => setImmediate(resolve));
  return { latencyMs, served, skipped, seconds };
}
