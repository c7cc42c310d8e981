/** The answer in one line for each criterion. */
import { number } from '../format.ts';
import { CRITERIA, type SizeAnswer } from './answer.ts';

type Sized = Pick<SizeAnswer, 'ops' | 'workMs'>;

/** A stretch of neighbouring sizes with the same modes. */
interface Stretch {
  readonly modes: string;
  readonly from: SizeAnswer;
  to: SizeAnswer;
}

export function sentencesOf(answers: readonly SizeAnswer[]): string[] {
  const all = [
    ['Choice', (answer: SizeAnswer) => answer.choice.modes] as const,
    ...CRITERIA.map(({ name }) => [capital(name), (answer: SizeAnswer) => answer.winners[name]?.modes ?? []] as const),
  ];
  return all.map(([name, modesOf]) => `${name}: ${stretches(answers, modesOf).map(inWords).join('; ')}.`);
}

/** How large a task is: what it takes one core, or its ops where no kernel was measured. */
export function sizeOf({ ops, workMs }: Sized): string {
  return workMs === null ? `${number(ops)} ops` : `${workOf(workMs)} of work`;
}

/** From one size to another, which may be the same. */
export function fromTo(from: Sized, to: Sized): string {
  const [first, last] = [sizeOf(from), sizeOf(to)];
  return first === last ? `at ${first}` : `from ${first.replace(/ (of work|ops)$/, '')} to ${last}`;
}

/** What a task takes one core. */
export function workOf(ms: number): string {
  if (ms < 1) return `${number(ms * 1000)} us`;
  return ms < 1000 ? `${number(ms)} ms` : `${number(ms / 1000)} s`;
}

function stretches(answers: readonly SizeAnswer[], modesOf: (answer: SizeAnswer) => string[]): Stretch[] {
  const found: Stretch[] = [];
  for (const answer of answers) {
    const modes = [...modesOf(answer)].sort();
    const equal = modes.length > 1 ? `${modes.join(', ')} (equal within noise)` : (modes[0] ?? 'none');
    const last = found.at(-1);
    if (last?.modes === equal) last.to = answer;
    else found.push({ modes: equal, from: answer, to: answer });
  }
  return found;
}

function inWords({ modes, from, to }: Stretch): string {
  return `${fromTo(from, to)} ${modes}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
