import { once } from 'node:events';
import { bench } from './bench.ts';
import { readConfig } from './config.ts';
import { Failure } from './failure.ts';
import { printReport, saveRun } from './report.ts';
import { scoreboard } from './scoreboard.ts';

const INTERRUPTED = 130;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) once(process, signal).then(() => stop.abort());

async function main([verb, ...args]: string[]): Promise<void> {
  if (verb === 'scoreboard') return scoreboard(args);
  if (verb !== 'bench') throw new Failure('usage: bench | scoreboard <result folders>');
  const read = readConfig(process.env);
  if ('problems' in read) throw new Failure(`invalid settings:\n  ${read.problems.join('\n  ')}`);
  const result = await bench(read.config, stop.signal);
  const folder = saveRun(result, read.config.RESULTS_DIR);
  printReport(result);
  console.log(`\n${folder}`);
  // For a parent that wants to know where: the runner's scoreboard.
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
