/** What the original says, in its numbers; what became of that here and why, in the numbers of the runs alone. */

import type { Result } from '../bench/result.ts';
import { ms, number, percent, seconds } from '../format.ts';
import {
  gatewayMsPerTask,
  lasted,
  littleMs,
  perCore,
  speedUp,
  tasksPerS,
  timeOuts,
  waitingS,
  whoTimedOut,
  workMs,
} from './figures.ts';
import type { Runs } from './result.ts';

export interface Claim {
  readonly claim: string;
  readonly measured: (runs: Runs) => string;
  readonly why: (runs: Runs) => string;
}

const served = ({ counts, latencyMs, throughput }: Result) =>
  `${number(counts.ok)} answers, ${ms(latencyMs.mean)} ms on average, ${number(throughput.completedPerS)}/s`;
const ends = ({ counts }: Result) =>
  [
    `${number(counts.ok)} of ${number(counts.sent)} served, ${number(counts.refused)} refused`,
    ...(counts.failed + counts.unknown > 0
      ? [`${number(counts.failed + counts.unknown)} failed, lost or given up`]
      : []),
    `${number(counts.cut)} without an answer at the end`,
  ].join(', ');

/** Where each number of its scoreboard comes from. */
export const FIGURES: readonly Claim[] = [
  {
    claim: '`unpooled`: 0 requests, 100 time-outs',
    measured: (runs) =>
      `${ends(runs.unpooled)}. With the original's client: ${ends(runs['unpooled-original'])}, ${number(timeOuts(runs['unpooled-original']))} time-outs`,
    why: ({ unpooled, 'unpooled-original': original }) =>
      `A time-out is the client's own doing: the original's gives up after ${original.request.timeoutS} s, when the load ends: who waited from its start is one, or in no counter of that client if the end comes first. ` +
      `Asked by a client that waits longer, the same load has ${number(timeOuts(unpooled))}. Threads are bounded here, so others are refused at once. ` +
      `Meanwhile the gateway was at work: ${lasted(unpooled)}`,
  },
  {
    claim: '`pool`: about 1,050 requests in 10 s, 915 ms, 105/s',
    measured: ({ pool, 'pool-original': original }) =>
      `${served(pool)}. With the original's client: ${served(original)}`,
    why: ({ pool, 'pool-original': original }) =>
      `${number(pool.plan.serviceCores)} core(s) at ${perCore(pool)} can do ${number(tasksPerS(pool))} such tasks a second; efficiency ${percent(pool.efficiency)}. ` +
      `The latency is the same figure once more: ${littleMs(pool)}. ${whoTimedOut(original)}`,
  },
  {
    claim: 'Rust microservice: about 4,973 requests, 195 ms, 500/s',
    measured: ({ microservice }) => served(microservice),
    why: ({ microservice }) =>
      `Kernel \`${microservice.kernel.path}\`, ${perCore(microservice)}: at most ${number(tasksPerS(microservice))} tasks a second; efficiency ${percent(microservice.efficiency)}. ` +
      `Again ${littleMs(microservice)}`,
  },
  {
    claim: 'Rust is "nearly 5x" the pool',
    measured: ({ microservice, 'microservice-scalar': scalar, pool }) =>
      `${speedUp(microservice, pool)} x; without vector instructions ${speedUp(scalar, pool)} x`,
    why: ({ microservice, 'microservice-scalar': scalar, pool }) =>
      `${speedUp(scalar, pool)} x is the language and the way there, ${speedUp(microservice, scalar)} x the instructions (\`${microservice.kernel.path}\` against \`${scalar.kernel.path}\`), ` +
      'which the compiler can use as this arithmetic has no order: a kernel in which each step needs the last one would not gain them',
  },
  {
    claim: '`queue`: over 150,000 accepted, 15,000/s, 6 ms',
    measured: ({ queue }) =>
      `${number(queue.counts.accepted)} accepted, ${number(queue.throughput.answeredPerS)}/s, ${ms(queue.latencyMs.mean)} ms on average; ${number(queue.queue?.completedDuring ?? 0)} of them done when the load ended`,
    why: ({ queue }) =>
      `Accepted is not done: ${number(queue.queue?.backlogAtEnd ?? 0)} jobs were left (with those whose caller had gone when they were accepted), ${seconds(waitingS(queue))} of work. ` +
      `The ${ms(queue.latencyMs.mean)} ms are those of the promise; a result took ${ms(queue.queue?.endToEndMs.p50 ?? null)} ms (p50 of those that were done)`,
  },
  {
    claim: 'its worker: 509/s',
    measured: ({ queue }) =>
      `${number(queue.throughput.completedPerS)}/s while requests came, ${number(queue.queue?.drainPerS ?? 0)}/s after that`,
    why: ({ queue, microservice }) =>
      `Under load, accepting comes first here and takes the cores; alone the worker reaches an efficiency of ${percent(queue.queue?.drainEfficiency ?? null)}. ` +
      `It has the kernel of the microservice (${number(microservice.throughput.completedPerS)}/s), so the queue makes nothing faster`,
  },
];

/** What one size of task under one load can say about it; which mode fits which size is what `make compare` finds. */
export const ADVICE: readonly Claim[] = [
  {
    claim: 'pool: for 10 ms to 2 s',
    measured: ({ pool }) =>
      `a task of ${ms(workMs(pool))} ms took ${ms(pool.latencyMs.p50)} ms (p50); p99 of a cheap request ${ms(pool.bystander.idle.p99)} ms idle, ${ms(pool.bystander.loaded.p99)} ms under the load`,
    why: ({ pool }) =>
      `How many wait decides, not the size: with tasks of 2 s on ${number(pool.plan.serviceCores)} core(s) each of ${pool.request.connections} callers would wait ${seconds((pool.request.connections * 2) / pool.plan.serviceCores)}`,
  },
  {
    claim: 'microservice: for high CPU and strong segregation',
    measured: ({ microservice, pool }) =>
      `p99 of a cheap request under the load: ${ms(microservice.bystander.loaded.p99)} ms, in \`pool\` ${ms(pool.bystander.loaded.p99)} ms; CPU of the gateway for a task: ${ms(gatewayMsPerTask(microservice))} ms, in \`pool\` ${ms(gatewayMsPerTask(pool))} ms`,
    why: ({ 'microservice-scalar': scalar, pool }) =>
      'The work is in a process that can be limited, scaled and restarted alone: that is the segregation, with any kernel. ' +
      `The speed is the kernel's: with the scalar one it serves ${number(scalar.throughput.completedPerS)}/s, \`pool\` ${number(pool.throughput.completedPerS)}/s`,
  },
  {
    claim: 'queue: for 5 s to 5 h',
    measured: ({ queue }) =>
      `a task of ${ms(workMs(queue))} ms was promised after ${ms(queue.latencyMs.p50)} ms and done after ${ms(queue.queue?.endToEndMs.p50 ?? null)} ms (p50s)`,
    why: ({ queue }) =>
      `The size does not decide here either: ${number(queue.queue?.backlogAtEnd ?? 0)} jobs waited although each is short. What it buys is that accepted work outlives its caller and a process (\`make chaos\`), and that a burst may wait`,
  },
];
