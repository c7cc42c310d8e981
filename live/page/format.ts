/** Figures as people read them. Unknown is a question mark, never a zero. */
import type { Control } from '../src/contract.ts';

const UNKNOWN = '?';

export const number = (value: number | null | undefined, digits = 0) =>
  value === null || value === undefined
    ? UNKNOWN
    : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Per second: small rates with a decimal. */
export const rate = (value: number | null | undefined) => number(value, (value ?? 0) < 10 ? 1 : 0);

export const milliseconds = (ms: number | null | undefined) =>
  ms === null || ms === undefined
    ? UNKNOWN
    : ms < 10
      ? `${ms.toFixed(1)} ms`
      : ms < 10_000
        ? `${number(ms)} ms`
        : duration(ms);

/** From seconds to hours. */
export function duration(ms: number): string {
  const s = Math.max(0, ms) / 1_000;
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 120) return `${Math.round(s)} s`;
  if (s < 7_200) return `${Math.round(s / 60)} min`;
  return `${Math.round(s / 3_600)} h`;
}

export const percent = (part: number | null | undefined) =>
  part === null || part === undefined ? UNKNOWN : `${Math.round(part * 100)} %`;

export const cores = (cpu: number | null) => (cpu === null ? 'CPU ?' : `${cpu.toFixed(2)} cores`);

export const mebibytes = (bytes: number | null) => (bytes === null ? UNKNOWN : `${Math.round(bytes / 1_048_576)} MiB`);

/** By the reader's clock. */
export const clock = (at: number) => new Date(at).toLocaleTimeString('en-GB');

/** What came of the queue that loses. */
export function controlLine({ state, acknowledged, completed, lost, says }: Control): string {
  const account = `${number(acknowledged)} acknowledged, ${number(completed)} completed, ${number(lost)} lost`;
  return `A queue that loses, beside it: ${state === 'done' ? account : says}.`;
}

/** As it is typed. */
export function makeCommand(verb: string, service: string): string {
  return verb === 'term' ? `make kill SERVICE=${service} SIGNAL=TERM` : `make ${verb} SERVICE=${service}`;
}
