/** A reporter of vitest: writes what `make test` counts to the file VITEST_REPORT. */
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import type { Counts, Failure } from '../src/check/outcome.ts';

/** Characters of a failure that are repeated at the end. */
const MAX_WHY = 3_000;

export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = (state: 'passed' | 'failed') => modules.flatMap(({ children }) => [...children.allTests(state)]);
    const counts: Counts = {
      passed: tests('passed').length,
      failed: tests('failed').length,
      files: modules.map(timeOf),
      failures: modules.flatMap(failuresOf),
    };
    writeFileSync(process.env.VITEST_REPORT ?? '', JSON.stringify(counts));
  }
}

function timeOf(module: TestModule) {
  const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } = module.diagnostic();
  const ms = environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration;
  return { file: module.relativeModuleId, seconds: ms / 1000 };
}

/** Of the tests, and of what surrounds them: the file itself and hooks. */
function failuresOf(module: TestModule): Failure[] {
  const around = [module, ...module.children.allSuites()].map((one) => ({
    name: one.type === 'module' ? one.relativeModuleId : one.fullName,
    errors: one.errors(),
  }));
  const tests = [...module.children.allTests('failed')].map((one) => ({
    name: `${module.relativeModuleId} > ${one.fullName}`,
    errors: one.result().errors ?? [],
  }));
  return [...around, ...tests]
    .filter(({ errors }) => errors.length > 0)
    .map(({ name, errors }) => ({
      name,
      why: errors
        .map(({ message, stack }) => stack ?? message)
        .join('\n')
        .slice(0, MAX_WHY),
    }));
}
