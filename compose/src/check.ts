/**
 * `make lint`, `make test` and `make test-long`: one stage after the other, to the first that fails, then what came of
 * them. Usage: check.js [lint|test|long]
 */
import type { Outcome } from './check/outcome.ts';
import { runStep } from './check/run.ts';
import { stagesOf } from './check/steps.ts';
import { summary } from './check/summary.ts';

const word = process.argv[2] ?? 'test';
/** Seconds since 1970: whoever called may have brought tools and built before this began. */
const begunAt = Number(process.env.CHECK_BEGUN_AT ?? Date.now() / 1000);
const now = () => Date.now() / 1000;

const outcomes: Outcome[] = [{ name: 'tools and builds', ok: true, seconds: now() - begunAt }];
for (const stage of stagesOf(word)) {
  if (stage.length > 1) console.log(`\n== beside each other: ${stage.map(({ name }) => name).join('; ')}`);
  outcomes.push(...(await Promise.all(stage.map((step) => runStep(step, stage.length === 1)))));
  if (outcomes.some(({ ok }) => !ok)) break;
}
console.log(summary(outcomes, { seconds: now() - begunAt, tests: word !== 'lint' }));
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1;
