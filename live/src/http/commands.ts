/** From a request to a command of the list, or to a problem that names every wrong field. */
import { ProblemError } from '@heavy-lifter/gateway/errors';
import { Command } from '../contract.ts';

/** Throws for what is no command, and for lanes and services that there are none of here. */
export function readCommand(
  body: unknown,
  hasLane: (lane: string) => boolean,
  hasService: (service: string) => boolean,
): Command {
  const { data, error } = Command.safeParse(body ?? {});
  if (!data) {
    const errors = error.issues.map(({ path, message }) => ({ field: path.join('.'), detail: message }));
    const detail = errors.map(({ field, detail }) => `${field} ${detail}`.trim()).join('; ');
    throw new ProblemError('invalid_command', detail.slice(0, 1_000), { errors: errors.slice(0, 20) });
  }
  if ('lane' in data && data.lane !== undefined && !hasLane(data.lane))
    throw new ProblemError('not_found', 'there is no such lane here');
  if (data.do === 'service' && !hasService(data.service))
    throw new ProblemError('not_found', 'there is no such service here');
  return data;
}
