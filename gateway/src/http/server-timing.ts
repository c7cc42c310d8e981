import type { Computed } from '../contract.ts';

/**
 * The header Server-Timing (W3C): milliseconds that a task was queued and computed, and all that the request took here,
 * from its arrival at the handler.
 */
export function serverTiming({ queuedMs, computeMs }: Computed['timings'], totalMs: number): string {
  const times = { queued: queuedMs, compute: computeMs, total: totalMs };
  return Object.entries(times)
    .map(([name, ms]) => `${name};dur=${ms.toFixed(3)}`)
    .join(', ');
}
