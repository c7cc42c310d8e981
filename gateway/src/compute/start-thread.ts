import { workload } from '@heavy-lifter/workloads';

const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));

/** How a thread that computes with `kernel` is started: its file (`.js` once built, `.ts` under a test runner), and its arguments. */
export function startOf(kernel: keyof typeof workload.implementations): { file: URL; argv: string[] } {
  return {
    file: new URL(`./compute-thread${extension}`, import.meta.url),
    argv: [workload.implementations[kernel].href],
  };
}
