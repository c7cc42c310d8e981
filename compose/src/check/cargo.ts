/** The counts that `cargo test` prints. */
import type { Counts, Failure, FileTime } from './outcome.ts';

/** Of the output with stdout and stderr in their order: a line that names each test binary, and its closing line. */
export function countCargo(output: string): Counts {
  const files: FileTime[] = [];
  const failures: Failure[] = [];
  let [passed, failed, file] = [0, 0, ''];
  for (const line of output.split('\n')) {
    const running = /^ *(?:Running (?:unittests )?(\S+) \(.*\/(\w+)-\w+\)|Doc-tests (\S+))/.exec(line);
    if (running) file = running[3] ? `${running[3]} (doc)` : `${running[2]} ${running[1]}`;
    const closing = /^test result: \w+\. (\d+) passed; (\d+) failed.* finished in ([\d.]+)s/.exec(line);
    if (closing) {
      passed += Number(closing[1]);
      failed += Number(closing[2]);
      files.push({ file, seconds: Number(closing[3]) });
    }
    const name = /^test (\S+)(?: - .*)? \.\.\. FAILED/.exec(line)?.[1];
    if (name) failures.push({ name: `${file} ${name}`, why: reason(output, name) });
  }
  return { passed, failed, files, failures };
}

/** What cargo repeats under a heading for each test that failed. */
function reason(output: string, name: string): string {
  return (output.split(`---- ${name} stdout ----\n`)[1] ?? '').split(/^---- |^failures:/m)[0]?.trim() ?? '';
}
