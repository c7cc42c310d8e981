import type { Task } from '../count/task.ts';
import { workload } from '../count/workload.ts';

/** The golden cases that every implementation is held against, each with its checksum. */
export const vectors: (Task & { readonly checksum: string })[] = workload.golden.map(({ task, answer }) => ({
  ...task,
  checksum: answer.checksum,
}));
