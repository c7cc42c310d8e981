import { once } from 'node:events';
import { endCheck } from '@heavy-lifter/gateway/settings';
import { Failure } from './failure.ts';
import { readers } from './readers.ts';

const INTERRUPTED = 130;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) once(process, signal).then(() => stop.abort());

async function main([verb = '', ...args]: string[]): Promise<void> {
  if (args.includes('--check')) endCheck(readers[verb]?.(process.env) ?? { config: {} });
  // Loaded only now: who asks whether the settings are right waits for the answer.
  const { verbs } = await import('./verbs.ts');
  const run = verbs[verb];
  if (!run) throw new Failure(`usage: ${Object.keys(verbs).join(' | ')}`);
  const folder = await run(args, stop.signal);
  if (!folder) return;
  console.log(`\n${folder}`);
  // For a parent that wants to know where: the runner's tables.
  await new Promise((resolve) => (process.send ? process.send(folder, resolve) : resolve(null)));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (stop.signal.aborted) process.exitCode = INTERRUPTED;
  else if (error instanceof Failure) {
    console.error(error.message);
    process.exitCode = error.exitCode;
  } else {
    console.error(error);
    process.exitCode = 1;
  }
}
// Sockets of a load that was cut off must not keep the program.
process.exit();
