/** The HTTP contract as OpenAPI 3.1, built from the zod schemas. `npm run schemas` writes it beside the vectors. */
import { workload } from '@heavy-lifter/workloads';
import { IDEMPOTENCY_KEY } from './contract.ts';
import {
  answer,
  anywhere,
  file,
  headers,
  json,
  orPage,
  problem,
  shared,
  texts,
  textsAnd,
  unavailable,
} from './openapi-answers.ts';

const jobId = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
const noSuchJob = { ...anywhere, 404: problem('not_found'), 503: unavailable('upstream_down, outcome_unknown') };
const text = (name: string, description: string, more: object = {}) => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string', ...more },
});
const taskParameters = workload.parameters.map(({ name, minimum, maximum, byDefault }) => ({
  name,
  in: 'query',
  schema: { type: 'integer', minimum, maximum, default: byDefault },
}));

const blockingResponses = {
  ...anywhere,
  200: json(
    'The result: in every mode but `queue`, and there with `Prefer: wait` if done in time',
    'answer',
    'Preference-Applied',
    'Server-Timing',
  ),
  202: json('`queue`: accepted; `Location` is the job', 'job-document', 'Location', 'Preference-Applied'),
  410: problem('result_gone: the job of this Idempotency-Key has ended, and is not kept any more'),
  413: problem('too_large'),
  415: problem('unsupported_type'),
  422: problem('idempotency_mismatch'),
  503: unavailable('overloaded, upstream_down, outcome_unknown'),
  504: problem('upstream_late'),
};
const blockingHeaders = [
  text('Prefer', '`wait=seconds` (RFC 7240)'),
  text('Idempotency-Key', '1 to 255 printable ASCII characters; remembered for an hour', {
    pattern: IDEMPOTENCY_KEY.source,
  }),
  text(
    'x-request-id',
    'Kept where it is 1 to 64 letters, digits, dots, dashes or underscores; else there is a new one',
  ),
];

const route = {
  type: 'object',
  properties: { method: { type: 'string' }, path: { type: 'string' }, summary: { type: 'string' } },
  required: ['method', 'path', 'summary'],
};
const contents = orPage(
  answer('JSON, unless HTML is what is preferred', 'application/json', {
    type: 'object',
    properties: {
      name: { type: 'string' },
      version: { type: 'string' },
      mode: { type: 'string' },
      routes: { type: 'array', items: route, minItems: 1 },
    },
    required: ['name', 'version', 'mode', 'routes'],
  }),
);

export const openapi = {
  openapi: '3.1.0',
  info: {
    title: 'Heavy Lifter gateway',
    version: '1.0.0',
    description:
      "One CPU-heavy endpoint, served in several ways. Generated from gateway/src/contract.ts. Where a resource does not have a method, the answer is 405 `method_not_allowed` with `Allow`; HEAD is what GET is, without the body, but for `/blocking`, which has none. The largest `ops` is the mode's, and `chunks` must not exceed `ops`.",
  },
  paths: {
    '/': {
      get: {
        summary: 'What this is: its mode and its routes',
        responses: { ...anywhere, 200: contents },
      },
    },
    '/blocking': {
      get: {
        summary: 'Compute a task',
        parameters: [...taskParameters, ...blockingHeaders],
        responses: blockingResponses,
      },
      post: {
        summary: 'Compute a task that comes as JSON',
        parameters: blockingHeaders,
        requestBody: {
          description: 'Missing fields have their defaults, unknown ones are refused; without a body all have them',
          content: { 'application/json': { schema: file('task') } },
        },
        responses: blockingResponses,
      },
    },
    '/non-blocking': {
      get: {
        summary: 'The bystander: answers at once',
        responses: {
          ...anywhere,
          200: answer('ok', 'application/json', {
            type: 'object',
            properties: { ok: { const: true } },
            required: ['ok'],
          }),
        },
      },
    },
    '/jobs/{id}': {
      get: {
        summary: 'The job as it is now',
        parameters: [jobId],
        responses: { 200: json('Its document', 'job-document'), ...noSuchJob },
      },
      delete: {
        summary: 'Cancel the job, whether it waits or is computed; may be repeated',
        parameters: [jobId],
        responses: {
          200: json('It has failed with the code `cancelled`', 'job-document'),
          409: problem('job_ended: it had completed or failed before'),
          ...noSuchJob,
        },
      },
    },
    '/jobs/{id}/events': {
      get: {
        summary: 'Server-sent events `job`: the document at once and at every change; ends after the final one',
        parameters: [jobId, text('Last-Event-ID', 'Sent by browsers')],
        responses: {
          200: answer('Job documents; the event of the final one has the id `final`', 'text/event-stream', {
            type: 'string',
          }),
          204: { description: 'Last-Event-ID is `final`: there is nothing more to come' },
          ...noSuchJob,
          503: unavailable('overloaded, upstream_down, outcome_unknown'),
        },
      },
    },
    '/jobs/{id}/ws': {
      get: {
        summary: 'The same over a WebSocket; closes with 1000 after the final document',
        parameters: [
          jobId,
          text('Origin', 'A page is let in by its own host or site only; behind a proxy by X-Forwarded-Host, too'),
        ],
        responses: {
          101: { description: 'switching protocols' },
          ...noSuchJob,
          503: unavailable('overloaded, upstream_down, outcome_unknown'),
        },
      },
    },
    '/healthz': {
      get: {
        summary: 'Whether the process is up',
        responses: { ...anywhere, 200: texts('It is', { status: ['up'] }) },
      },
    },
    '/readyz': {
      get: {
        summary: 'Whether a task could be taken',
        responses: {
          ...anywhere,
          200: textsAnd(
            'Ready; `full` is the bound that refuses a task until others have ended',
            { status: ['ready'] },
            ['full'],
          ),
          503: texts('What is missing, or shutting down', { status: ['not ready'], detail: [] }, 'Retry-After'),
        },
      },
    },
  } satisfies Record<string, Record<string, { summary: string; [more: string]: unknown }>>,
  components: { headers, responses: shared },
};
