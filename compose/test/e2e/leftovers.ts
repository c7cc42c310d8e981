/**
 * Before and after the files: everything of this project that runs, under either runtime, is taken down. A run that was
 * cut off leaves containers, and an engine starts them again with the machine: they would hold the ports of the next run.
 */
import { make } from './support.ts';

async function takeDown(): Promise<void> {
  const { code, output } = await make('down', { RUNTIME: '' });
  if (code !== 0) throw new Error(output);
}

export { takeDown as setup, takeDown as teardown };
