/** What it costs to choose another mode than the winner, and what that mode gives instead: from the cells alone. */
import { number } from '../format.ts';
import { BYSTANDER_SLACK_MS, serves } from './answer.ts';
import { isChoice } from './contenders.ts';
import { apart, CPU, cheaper, larger, nameAndUnit, promises } from './instead.ts';
import { apartBy, behindOf, carriedBy, cells, factors, type Pair, pairsOf, place, span } from './pairs.ts';
import type { Part, Sentence } from './parts.ts';
import type { CompareCell, CompareResult } from './result.ts';
import type { Spot } from './spots.ts';
import { differ } from './statistics.ts';

/** A sentence for each mode that lost somewhere. */
export function otherwiseOf(result: CompareResult, spots: readonly Spot[]): Sentence[] {
  return result.settings.modes.filter(isChoice).flatMap((mode) => {
    const pairs = pairsOf(mode, spots);
    const lost = pairs.filter(({ spot }) => !spot.modes.includes(mode));
    if (lost.length === 0) return [];
    const won = pairs.filter(({ spot }) => spot.modes.includes(mode));
    const standing = {
      text:
        won.length > 0
          ? `wins or ties in ${won.length} of ${cells(pairs.length)}`
          : `wins in none of ${cells(pairs.length)}`,
      cells: won.map(({ own }) => own),
    };
    const instead = [...apart(pairs), ...promises(mode, spots), ...larger(mode, spots), ...cheaper(lost)];
    return [
      {
        lead: `${mode}: `,
        parts: [
          standing,
          ...failing(lost),
          ...impolite(lost),
          ...slower(lost),
          ...dearer(lost),
          ...headed('gives instead: ', instead),
        ],
      },
    ];
  });
}

function failing(lost: readonly Pair[]): Part[] {
  const those = lost.filter(({ own }) => !serves(own));
  return those.length > 0
    ? [{ text: `fails more than it serves in ${cells(those.length)}`, cells: those.map(({ own }) => own) }]
    : [];
}

/** The fault for which a mode is out however fast it is. */
function impolite(lost: readonly Pair[]): Part[] {
  const wait = ({ figures }: CompareCell) => figures.bystanderP99Ms?.median ?? 0;
  const those = lost
    .filter(({ own, winner }) => {
      const [a, b] = [own.figures.bystanderP99Ms, winner.figures.bystanderP99Ms];
      return serves(own) && a && b && a.median > b.median + BYSTANDER_SLACK_MS && differ(a, b);
    })
    .toSorted((a, b) => wait(b.own) - wait(a.own));
  const [worst] = those;
  if (!worst) return [];
  const [own, winner] = [wait(worst.own), wait(worst.winner)].map(number);
  const text = `makes others wait in ${cells(those.length)} (bystander p99 up to ${own} ms instead of ${winner})`;
  return [{ text, cells: carriedBy(those) }];
}

function slower(lost: readonly Pair[]): Part[] {
  const those = behindOf(lost);
  const most = those.at(-1);
  if (!most) return [];
  const where = those.length > 1 ? `in ${cells(those.length)}, most at ${place(most.spot)}` : `at ${place(most.spot)}`;
  return [{ text: `${factors(those)} times slower ${where}`, cells: carriedBy(those) }];
}

function dearer(lost: readonly Pair[]): Part[] {
  return CPU.flatMap((figure) => {
    const those = apartBy(lost, figure).filter(([, times]) => times > 1);
    const [least, most] = [those[0], those.at(-1)];
    if (!least || !most) return [];
    const text = `${span(least[1], most[1], '')} times the ${nameAndUnit(figure)[0]} in ${cells(those.length)}`;
    return [{ text, cells: carriedBy(those.map(([pair]) => pair)) }];
  });
}

function headed(head: string, parts: readonly Part[]): Part[] {
  return parts.map((part, index) => (index === 0 ? { ...part, text: `${head}${part.text}` } : part));
}
