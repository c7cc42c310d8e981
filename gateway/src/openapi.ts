/** The HTTP contract as OpenAPI 3.1, built from the zod schemas. `npm run schemas` writes it beside the vectors. */
import { z } from 'zod';
import {
  Answer,
  Computed,
  DEFAULT_TASK,
  JobData,
  JobDocument,
  MAX_CHUNKS,
  MAX_OPS_QUEUED,
  Problem,
  taskSchema,
} from './contract.ts';

/** The JSON Schema files of `workload/schemas`, by name. */
export const schemas = {
  task: z.toJSONSchema(taskSchema(MAX_OPS_QUEUED), { io: 'input' }),
  computed: z.toJSONSchema(Computed),
  answer: z.toJSONSchema(Answer),
  'job-data': z.toJSONSchema(JobData),
  'job-document': z.toJSONSchema(JobDocument),
  problem: z.toJSONSchema(Problem),
};

const json = (description: string, name: keyof typeof schemas, type = 'application/json') => ({
  description,
  content: { [type]: { schema: { $ref: `./schemas/${name}.schema.json` } } },
});
const problem = (description: string) => json(description, 'problem', 'application/problem+json');
const jobId = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
const whole = (name: string, minimum: number, maximum: number, byDefault: number) => ({
  name,
  in: 'query',
  schema: { type: 'integer', minimum, maximum, default: byDefault },
});
const noSuchJob = { 404: problem('not_found'), 503: problem('upstream_down, outcome_unknown; with Retry-After') };

const blockingResponses = {
  200: json('The result: in every mode but `queue`, and there with `Prefer: wait` if done in time', 'answer'),
  202: json('`queue`: accepted; `Location` is the job', 'job-document'),
  400: problem('invalid_task'),
  413: problem('too_large'),
  415: problem('unsupported_type'),
  422: problem('idempotency_mismatch'),
  503: problem('overloaded, upstream_down, outcome_unknown; with Retry-After'),
  504: problem('upstream_late'),
};
const blockingHeaders = [
  { name: 'Prefer', in: 'header', description: '`wait=seconds` (RFC 7240)', schema: { type: 'string' } },
  { name: 'Idempotency-Key', in: 'header', schema: { type: 'string', minLength: 1, maxLength: 255 } },
  { name: 'x-request-id', in: 'header', schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' } },
];

export const openapi = {
  openapi: '3.1.0',
  info: {
    title: 'Heavy Lifter gateway',
    version: '1.0.0',
    description: 'One CPU-heavy endpoint, served in several ways. Generated from gateway/src/contract.ts.',
  },
  paths: {
    '/blocking': {
      get: {
        summary: 'Compute a task',
        parameters: [
          whole('ops', 1, MAX_OPS_QUEUED, DEFAULT_TASK.ops),
          whole('chunks', 1, MAX_CHUNKS, DEFAULT_TASK.chunks),
          whole('seed', 0, 0xffff_ffff, DEFAULT_TASK.seed),
          ...blockingHeaders,
        ],
        responses: blockingResponses,
      },
      post: {
        summary: 'Compute a task',
        parameters: blockingHeaders,
        requestBody: json('Missing fields have their defaults, unknown ones are refused', 'task'),
        responses: blockingResponses,
      },
    },
    '/non-blocking': { get: { summary: 'The bystander: answers at once', responses: { 200: { description: 'ok' } } } },
    '/jobs/{id}': {
      get: { parameters: [jobId], responses: { 200: json('The job as it is now', 'job-document'), ...noSuchJob } },
    },
    '/jobs/{id}/events': {
      get: {
        summary: 'Server-sent events `job`: the document at once and at every change; ends after the final one',
        parameters: [jobId],
        responses: { 200: { description: 'text/event-stream of job documents' }, ...noSuchJob },
      },
    },
    '/jobs/{id}/ws': {
      get: {
        summary: 'The same over a WebSocket; closes with 1000 after the final document',
        parameters: [jobId],
        responses: { 101: { description: 'switching protocols' }, ...noSuchJob },
      },
    },
    '/healthz': { get: { responses: { 200: { description: 'the process is up' } } } },
    '/readyz': {
      get: { responses: { 200: { description: 'ready' }, 503: { description: 'what is missing, or shutting down' } } },
    },
  },
};
