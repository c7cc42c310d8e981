/** The JSON Schema files of `workload/schemas`, by name, from the zod schemas. */
import { z } from 'zod';
import { Answer, Computed, JobData, JobDocument, MAX_OPS_QUEUED, Problem, taskSchema } from './contract.ts';

export const schemas = {
  task: z.toJSONSchema(taskSchema(MAX_OPS_QUEUED), { io: 'input' }),
  computed: z.toJSONSchema(Computed),
  answer: z.toJSONSchema(Answer),
  'job-data': z.toJSONSchema(JobData),
  'job-document': z.toJSONSchema(JobDocument),
  problem: z.toJSONSchema(Problem),
};
