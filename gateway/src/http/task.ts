/** From a request to a valid task, or to a problem that names every wrong field. */
import { type Task, workload } from '@heavy-lifter/workloads';
import express, { type Request, type RequestHandler } from 'express';
import { ProblemError } from '../errors.ts';

/** A task is some 60 bytes. */
const BODY_LIMIT_BYTES = 16_384;

const parseJson = express.json({ limit: BODY_LIMIT_BYTES, strict: true });

/** express.json with its errors in our words, and no silent ignoring of another content type. */
export const jsonBody: RequestHandler = (request, response, next) => {
  const hasBody = request.headers['content-length'] !== '0' && request.is('*/*') !== null;
  if (hasBody && !request.is('application/json')) {
    next(new ProblemError('unsupported_type', 'the body must be application/json'));
    return;
  }
  parseJson(request, response, (error?: unknown) => next(error && asBodyProblem(error as Error & { type?: string })));
};

function asBodyProblem(error: Error & { type?: string }): Error {
  if (error.type === 'entity.too.large') {
    return new ProblemError('too_large', `the body must not exceed ${BODY_LIMIT_BYTES} bytes`);
  }
  if (error.type?.startsWith('charset.') || error.type?.startsWith('encoding.')) {
    return new ProblemError(
      'unsupported_type',
      'the body must be UTF-8 without a content encoding that is unknown here',
    );
  }
  if (error.type === 'request.aborted') return error;
  return new ProblemError('invalid_task', 'the body is not a JSON object');
}

/** Returns the reader for a mode that takes tasks of at most this size. */
export function taskReader(maxSize: number): (request: Request) => Task {
  const schema = workload.taskSchema(maxSize);
  return (request) => {
    const input = request.method === 'POST' ? (request.body ?? {}) : fromQuery(request.query);
    const parsed = schema.safeParse(input);
    if (parsed.success) return parsed.data;
    const errors = parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((field) => ({ field, detail: 'is not a field of a task' }))
        : [{ field: issue.path.join('.'), detail: issue.message }],
    );
    const detail = errors.map((error) => `${error.field} ${error.detail}`.trim()).join('; ');
    throw new ProblemError('invalid_task', detail, { errors });
  };
}

/** Query values are text; only a plain decimal number becomes one, all else is left for the schema to refuse. */
function fromQuery(query: Request['query']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([field, value]) => [
      field,
      typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
    ]),
  );
}
