/** What holds a service in either runtime, derived from what the service is told: the one place where both get it. */
import type { Settings, Shared } from './settings.ts';

const MIB = 2 ** 20;
/** From a program's own deadline to the SIGKILL. */
const AFTER_DEADLINE_MS = 10_000;
/** Threads besides those that compute (a gateway has 7), and a health check's. */
const OTHER_THREADS = 64;
const USUAL_PIDS = 128;
const UNPOOLED_PIDS = 512;
/** Of a thread that Node starts with an engine of its own, at its peak, and of a gateway without one (Node 26). */
const NODE_THREAD_BYTES = 10 * MIB;
const GATEWAY_MIB = 128;

export interface Limits {
  /** From SIGTERM to SIGKILL: above the program's own deadline. */
  readonly graceMs: number;
  /** Threads and processes of a container. */
  readonly pids: number;
  /** The same in `unpooled`, where it is the bound that is shown unless another is asked for. */
  readonly unpooledPids: number;
  /** `maxmemory` of Redis, which must refuse before its limit kills it: the rest is for a rewrite and for replies. */
  readonly redisDataBytes: number;
}

/** `liveThreads`: MAX_LIVE_THREADS where the user has set it. */
export function limitsOf({ env, memory }: Shared, threads: number, liveThreads?: number): Limits {
  return {
    graceMs: Number(env.SHUTDOWN_TIMEOUT_MS) + AFTER_DEADLINE_MS,
    pids: Math.max(USUAL_PIDS, threads + OTHER_THREADS),
    unpooledPids: liveThreads ? liveThreads + OTHER_THREADS : UNPOOLED_PIDS,
    redisDataBytes: Math.floor((memory.redis * 2) / 3),
  };
}

/** What is wrong with the memory of the gateways: a thread that Node starts takes its own, and what is above the limit is killed. */
export function memoryProblems(
  modes: readonly string[],
  threads: number,
  { memory }: Shared,
  { IMPLEMENTATION }: Pick<Settings, 'IMPLEMENTATION'>,
): string[] {
  const atLeast = (name: string, bytes: number) =>
    bytes < GATEWAY_MIB * MIB ? [`${name}: must be at least ${GATEWAY_MIB}m`] : [];
  const threaded = ['pool', 'wasm', ...(IMPLEMENTATION === 'js' ? ['microservice'] : [])];
  const pooled = modes.find((one) => threaded.includes(one));
  const needed = GATEWAY_MIB * MIB + threads * NODE_THREAD_BYTES;
  return [
    ...atLeast('GATEWAY_MEMORY', memory.gateway),
    ...(modes.includes('unpooled') ? atLeast('UNPOOLED_MEMORY', memory.unpooled) : []),
    ...(pooled && memory.gateway < needed
      ? [`THREADS: needs GATEWAY_MEMORY=${Math.ceil(needed / MIB)}m or more for ${threads} threads in mode ${pooled}`]
      : []),
  ];
}
