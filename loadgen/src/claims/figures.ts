/** Figures that the reasons are made of, each computed from a bench's result. */

import { workload } from '@heavy-lifter/workloads';
import type { Result } from '../bench/result.ts';
import { ms, number, seconds } from '../format.ts';
import { CLIENT_TIMEOUT } from '../load/closed-loop.ts';

/** Requests that the client gave up. */
export const timeOuts = ({ reasons }: Result) => reasons[CLIENT_TIMEOUT] ?? 0;

/** What a task takes one core, in ms. */
export const workMs = ({ request, kernel }: Result) => (workload.sizeOf(request) / kernel.sizePerSecondPerCore) * 1000;

/** The kernel's ceiling on the cores that there are, tasks a second. */
export const tasksPerS = (result: Result) => (result.plan.serviceCores * 1000) / workMs(result);

export const perCore = ({ kernel }: Result) => `${number(kernel.sizePerSecondPerCore / 1e6)} million ops/s`;

/** How much more one does in a second than another, for people. */
export function speedUp(one: Result, other: Result): string {
  const [a, b] = [one.throughput.completedPerS, other.throughput.completedPerS];
  return b > 0 ? number(a / b) : '-';
}

/** Little's law: in a closed loop the mean latency is the number of callers over the throughput. */
export function littleMs({ request, throughput }: Result): string {
  const { connections } = request;
  const perS = throughput.answeredPerS;
  if (perS === 0) return 'nobody was answered';
  return `${number(connections)} callers / ${number(perS)}/s = ${ms((connections / perS) * 1000)} ms`;
}

/** What was left in the queue, at the speed of its drain. Seconds; null if nothing was drained. */
export function waitingS({ queue }: Result): number | null {
  return queue && queue.drainPerS > 0 ? queue.backlogAtEnd / queue.drainPerS : null;
}

/** CPU of the gateway's process for a task that it served, ms: with `pool` that is also the work. */
export function gatewayMsPerTask({ mode, resources, counts }: Result): number | null {
  const cpuS = resources[`gateway-${mode}`]?.cpuS;
  return cpuS === undefined || counts.ok === 0 ? null : (cpuS / counts.ok) * 1000;
}

/** Whether a time-out as long as the load changed anything. */
export function whoTimedOut(result: Result): string {
  const { timeoutS } = result.request;
  const given = timeOuts(result);
  if (given > 0) return `${number(given)} waited ${timeoutS} s and were given up`;
  return `No answer took longer than ${ms(result.latencyMs.max)} ms, so a time-out of ${timeoutS} s changes nothing`;
}

/** What the gateway did while nobody was answered. */
export function lasted({ mode, resources, reasons }: Result): string {
  const gateway = resources[`gateway-${mode}`];
  const [bound] = Object.entries(reasons).sort(([, a], [, b]) => b - a);
  return [
    gateway && `it used ${seconds(gateway.cpuS)} of CPU`,
    gateway?.peakThreads && `up to ${number(gateway.peakThreads)} threads`,
    gateway && gateway.restarts > 0 && `died ${number(gateway.restarts)} times`,
    bound && `most of what was not served: ${bound[0]}`,
  ]
    .filter(Boolean)
    .join(', ');
}
