/** The comparison as one page that needs nothing else: no network, no other file. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { comparability } from '../bench/report.ts';
import { answerOf } from './answer.ts';
import { CEILINGS_NOTE, ceilingTable, shareTable } from './ceilings.ts';
import { chartsOf } from './charts.ts';
import { escaped, evidenceList, linked, list, table } from './html.ts';
import { keyOf, mapOf } from './map.ts';
import { NOT_HERE, type Opening, openingOf, RULE } from './opening.ts';
import { STYLE } from './page-style.ts';
import {
  answerTable,
  cellTable,
  contenderTable,
  contextOf,
  disturbedIn,
  LEGEND,
  TARGETS_NOTE,
  targetTable,
} from './report.ts';
import type { CompareResult } from './result.ts';
import { sentencesOf } from './sentences.ts';
import type { Table } from './table.ts';

export function renderPage(result: CompareResult): string {
  const answers = answerOf(result);
  const opening = openingOf(result);
  const [verdict = '', ...notes] = comparability(result, disturbedIn(result)).split('\n');
  const charts = chartsOf(result).map(({ title, html }) => `<section><h3>${escaped(title)}</h3>${html}</section>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Which mode for which task: ${escaped(result.id)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Which mode for which task</h1>
<details class="verdict"><summary>${escaped(verdict)}</summary>${list(notes.map(unmarked))}</details>
${first(result, opening)}
<h2>Over task size</h2>
<p class="faint">Dots are medians, bars from the least to the most of the repetitions; both scales are logarithmic.</p>
<div class="charts">${charts.join('\n')}</div>
${folded('What the sentences rest on', evidenceList(opening.evidence))}
${folded('The winners at each task size', `${list(sentencesOf(answers))}<div class="answer">${scrolled(answerTable(answers))}</div>${faint(LEGEND)}`)}
${folded('Like for like', scrolled(contenderTable(result)))}
${folded('Ceilings', `${faint(CEILINGS_NOTE)}${scrolled(ceilingTable(result))}<h3>The modes against them</h3>${scrolled(shareTable(result))}`)}
${folded('Targets', `${faint(TARGETS_NOTE)}${scrolled(targetTable(result))}`)}
${folded('Every cell', scrolled(cellTable(result)))}
<h2>Where</h2>
${list(contextOf(result).split('\n').map(unmarked))}
</main>
<script>${sorting()}</script>
</body>
</html>
`;
}

/** What is seen first: the answer, its picture, and what another choice costs. */
function first(result: CompareResult, { sentences, caveats, otherwise, spots, evidence }: Opening): string {
  const said = sentences.map((sentence) => `<p class="headline">${linked(sentence, evidence)}</p>`);
  const open = caveats ? `<p class="caveats">${linked(caveats, evidence)}</p>` : '';
  const others = otherwise.map((sentence) => `<li>${linked(sentence, evidence)}</li>`).join('\n');
  const map = `<h2>Who wins</h2>\n<div class="wide">${mapOf(result, spots)}</div>\n${faint(`${keyOf(spots).join('. ')}. ${RULE}`)}`;
  const costs = `<h2>Choosing otherwise</h2>\n<ul>${others}</ul>\n${faint(NOT_HERE)}`;
  return [
    ...said,
    open,
    '<div class="first">',
    spots.length > 0 ? `<section class="map">${map}</section>` : '',
    others ? `<section class="otherwise">${costs}</section>` : '',
    '</div>',
  ].join('\n');
}

/** Long tables are there for who wants them; a link into one opens it. */
function folded(title: string, html: string): string {
  return `<details><summary><h2>${escaped(title)}</h2></summary>${html}</details>`;
}

const faint = (text: string) => `<p class="faint">${escaped(text)}</p>`;
const scrolled = (what: Table) => `<div class="scroll">${table(what)}</div>`;
const unmarked = (line: string) => line.replace(/^- /, '');

/** The library's own file, with its keyboard and screen reader support. */
function sorting(): string {
  const file = createRequire(import.meta.url).resolve('sortable-tablesort/dist/standalone/sortable.auto.min.js');
  return readFileSync(file, 'utf8').replaceAll('</script', '<\\/script');
}
