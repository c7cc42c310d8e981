import { once } from 'node:events';
import { UserError } from './errors.ts';
import { perform } from './verbs.ts';

const INTERRUPTED = 130;
const stop = new AbortController();
// A terminal that is closed is an end, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) once(process, signal).then(() => stop.abort());

try {
  process.exitCode = await perform(process.argv[2] ?? '', stop.signal);
} catch (error) {
  if (stop.signal.aborted) console.error('interrupted');
  else console.error(error instanceof UserError ? error.message : error);
  process.exitCode = stop.signal.aborted ? INTERRUPTED : 1;
}
