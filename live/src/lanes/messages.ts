/** What a lane's thread is told, and what it tells. */
import type { RedisAddress } from '@heavy-lifter/gateway/redis-address';
import type { Asked, Lane, Trace } from '../contract.ts';
import type { Size } from './kernel.ts';

/** What a thread knows from its start. */
export interface LaneSettings {
  readonly lane: string;
  readonly url: string;
  /** Of the queue, where this lane has one. */
  readonly redis: RedisAddress | undefined;
}

/** A customer's own request, of a page that will hear of it. */
export interface Wish {
  readonly id: string;
  readonly size: Size;
}

export type ToLane =
  | { readonly do: 'users'; readonly users: number; readonly barrage: number }
  | { readonly do: 'size'; readonly size: Size }
  /** Whether somebody looks, and whether hearts beat often. */
  | { readonly do: 'watch'; readonly on: boolean; readonly often: boolean }
  | { readonly do: 'report' }
  | { readonly do: 'clear' }
  | { readonly do: 'ask'; readonly wish: Wish }
  | { readonly do: 'follow'; readonly wish: Wish }
  | { readonly do: 'cancel'; readonly id: string }
  | { readonly do: 'end' };

/** All that a snapshot says of a lane but its services; ticks are those that changed since the last report. */
export type Report = Omit<Lane, 'lane' | 'services'> & {
  /** Of the thread's event loop, 0 to 1. */
  readonly busy: number;
};

export type FromLane =
  /** Its gateway is not heard any more: news that cannot wait for the next report. */
  | 'silent'
  | { readonly report: Report }
  /** Undefined: Redis could not be asked. */
  | { readonly cleared: number | undefined }
  | { readonly asked: Asked }
  | { readonly trace: Trace }
  /** What was asked for could not be called off. */
  | { readonly refused: { readonly id: string; readonly why: string } };

/** What is not a report. */
export type News = Exclude<FromLane, { report: Report }>;
