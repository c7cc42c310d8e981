/** The JSON Schema files of `workloads/count/schemas`, by name, from the zod schemas. */
import { workload } from '@heavy-lifter/workloads';
import { z } from 'zod';
import { Answer, Computed, JobData, JobDocument, Problem } from './contract.ts';

export const schemas = {
  task: z.toJSONSchema(workload.taskSchema(workload.maxSize.queued), { io: 'input' }),
  computed: z.toJSONSchema(Computed),
  answer: z.toJSONSchema(Answer),
  'job-data': z.toJSONSchema(JobData),
  'job-document': z.toJSONSchema(JobDocument),
  problem: z.toJSONSchema(Problem),
};
