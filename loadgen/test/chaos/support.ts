/** Parts of a chaos result, as a run without any trouble would have them. */
import type { Counts } from '../../src/chaos/ledger.ts';
import type { CellResult, ChaosResult, Round } from '../../src/chaos/result.ts';

export function counts(some: Partial<Counts>): Counts {
  const none = {
    sent: 0,
    acknowledged: 0,
    completed: 0,
    lost: 0,
    failed: 0,
    refused: 0,
    unknown: 0,
    open: 0,
    cancelled: 0,
  };
  return { ...none, startedAgain: 0, repeated: 0, ...some };
}

export const latencyMs = { count: 100, p50: 1, p75: 1, p90: 1, p95: 1, p99: 2, p999: 3, max: 4, mean: 1 };

export function round(some: Partial<Round> = {}): Round {
  return {
    steadyPerS: 100,
    recovered: true,
    ms: {
      faultOver: null,
      firstError: 5,
      running: 200,
      ready: 300,
      firstSuccess: 310,
      throughput: 400,
      backlog: 500,
      jobStartedAgain: 3000,
    },
    bystander: { ...latencyMs, failed: 0 },
    inHand: { requests: 0, notServed: 0 },
    ...some,
  };
}

export function cell(some: Partial<CellResult> = {}): CellResult {
  const ends = counts({ sent: 10, acknowledged: 10, completed: 10, startedAgain: 1 });
  return {
    target: 'rust-worker',
    fault: 'KILL',
    rounds: [round()],
    counts: ends,
    reasons: {},
    broken: [],
    ...some,
  };
}

export function chaosResult(cells: CellResult[], mode = 'queue'): ChaosResult {
  return {
    schema: 1,
    id: `20260101T000000Z-chaos-${mode}`,
    startedAt: '2026-01-01T00:00:00.000Z',
    mode,
    runtime: 'local',
    load: { ratePerS: 100, ops: 1_000_000, chunks: 1 },
    machine: { cpu: 'a CPU', cores: 2, memoryBytes: 2 ** 34, os: 'Linux', arch: 'x64' },
    versions: { node: '26.0.0' },
    cells,
  };
}
