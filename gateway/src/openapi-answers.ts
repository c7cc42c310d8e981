/** What answers are made of in the OpenAPI document: headers, schemas, and those that any resource gives. */
import type { schemas } from './schemas.ts';

/** Headers of answers; where an answer names one, it always has it, unless it says otherwise here. */
export const headers = {
  'x-request-id': { description: 'The log has the request under this id', required: true, schema: { type: 'string' } },
  'Cache-Control': {
    description: 'Every answer is of one caller or of one moment',
    required: true,
    schema: { type: 'string', const: 'no-store' },
  },
  'Retry-After': {
    description: 'Seconds; others for each who is refused, and more where more is in hand',
    required: true,
    schema: { type: 'integer', minimum: 1 },
  },
  Location: { description: 'The job', required: true, schema: { type: 'string' } },
  'Preference-Applied': {
    description: 'With `Prefer: wait`: the seconds that were waited at most, 20 or fewer',
    schema: { type: 'string', pattern: '^wait=\\d+$' },
  },
  'Server-Timing': {
    description: 'In every mode but `queue`: milliseconds queued and computed, and in all from the arrival on',
    schema: { type: 'string', pattern: '^queued;dur=[\\d.]+, compute;dur=[\\d.]+, total;dur=[\\d.]+$' },
  },
};
type Header = keyof typeof headers;

export const answer = (description: string, type: string, schema: object, ...more: Header[]) => ({
  description,
  headers: headersOf('x-request-id', 'Cache-Control', ...more),
  content: { [type]: { schema } },
});
/** The same, or a page for whoever prefers one. */
export const orPage = (json: ReturnType<typeof answer>) => ({
  ...json,
  content: { ...json.content, 'text/html': { schema: { type: 'string' } } },
});
const headersOf = (...names: Header[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
export const file = (name: keyof typeof schemas) => ({ $ref: `./schemas/${name}.schema.json` });
export const json = (description: string, name: keyof typeof schemas, ...more: Header[]) =>
  answer(description, 'application/json', file(name), ...more);
export const problem = (description: string, ...more: Header[]) =>
  answer(description, 'application/problem+json', file('problem'), ...more);
export const unavailable = (description: string) => problem(description, 'Retry-After');
/** A small object of texts, each one of `values`, or any where there are none. */
export const texts = (description: string, values: Record<string, string[]>, ...more: Header[]) =>
  textsAnd(description, values, [], ...more);

/** The same with fields that are there at times. */
export const textsAnd = (
  description: string,
  values: Record<string, string[]>,
  optional: readonly string[],
  ...more: Header[]
) => {
  const properties = Object.entries(values).map(([name, of]) => [
    name,
    { type: 'string', ...(of.length && { enum: of }) },
  ]);
  const schema = { type: 'object', properties: Object.fromEntries(properties), required: Object.keys(values) };
  for (const name of optional) Object.assign(schema.properties, { [name]: { type: 'string' } });
  return answer(description, 'application/json', schema, ...more);
};

/** What any resource may answer, by code. */
export const shared = {
  invalid_task: problem('The fields that are wrong, or this is no HTTP request'),
  forbidden: problem('A page of another site asked, and not by a followed link'),
  request_timeout: problem('The request came too slowly'),
  headers_too_large: problem('The request head is too large'),
  internal: problem('A defect of ours; the log has it'),
};
const one = (code: keyof typeof shared) => ({ $ref: `#/components/responses/${code}` });
export const anywhere = {
  400: one('invalid_task'),
  403: one('forbidden'),
  408: one('request_timeout'),
  431: one('headers_too_large'),
  500: one('internal'),
};
