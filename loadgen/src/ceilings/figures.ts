/** What is measured of this machine itself: each ceiling with its name for people. Keys of `result.json`. */
import { number } from '../format.ts';

/** Jobs that a worker holds at once: the target's, and that of the worker it is held against. */
export const CONCURRENCY = 32;

export interface Ceiling {
  readonly title: string;
  readonly show: (value: number) => string;
}

export const CEILINGS = {
  roundTripUs: {
    title: 'TCP round trip between two Node processes (loopback; containers: their bridge), p50 us',
    show: number,
  },
  httpPerS: { title: 'node:http, answers/s', show: number },
  expressPerS: { title: 'Express, answers/s', show: number },
  acceptedPerS: { title: 'Express + Queue.add, accepted jobs/s', show: number },
  acceptCostUs: { title: 'Express + Queue.add, us a job on top of Express', show: number },
  diskUs: { title: 'Redis: a write that is answered when it is on the disk, p50 us', show: number },
  addPerS: { title: "Redis: EVALSHA of BullMQ's add, calls/s", show: number },
  finishPerS: { title: "Redis: EVALSHA of BullMQ's finish, calls/s", show: number },
  nodeWorkerPerS: { title: "BullMQ's Node worker, no-op jobs/s", show: number },
  rustWorkerPerS: { title: 'rust-worker, no-op jobs/s', show: number },
} as const satisfies Record<string, Ceiling>;
export type CeilingName = keyof typeof CEILINGS;
export const ceilingNames = Object.keys(CEILINGS) as CeilingName[];
