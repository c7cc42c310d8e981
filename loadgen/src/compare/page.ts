/** The comparison as one page that needs nothing else: no network, no other file. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { comparability } from '../report.ts';
import { answerOf } from './answer.ts';
import { CEILINGS_NOTE, ceilingTable, shareTable } from './ceilings.ts';
import { chartsOf } from './charts.ts';
import { answerTable, cellTable, contenderTable, contextOf, LEGEND, TARGETS_NOTE, targetTable } from './report.ts';
import type { CompareResult } from './result.ts';
import { sentencesOf } from './sentences.ts';
import type { Table } from './table.ts';

const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1b1f24; --faint: #57606a; --line: #d0d7de; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0d1117; --ink: #e6edf3; --faint: #9198a1; --line: #30363d; }
}
body { margin: 0 auto; padding: 1rem; max-width: 76rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
h1, h2, h3 { line-height: 1.25; }
.faint, figure figcaption { color: var(--faint); font-size: .875rem; }
.charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); }
.charts figure { margin: 0; }
.charts figure > div { font-size: .8125rem; }
.charts svg { max-width: 100%; height: auto; --plot-background: var(--ground); }
/* A shadow where there is more to scroll to: it stays at the edge, and what covers it goes with the table. */
.scroll {
  overflow-x: auto;
  background:
    linear-gradient(to right, var(--ground) 40%, transparent) left / 2rem 100% no-repeat local,
    linear-gradient(to left, var(--ground) 40%, transparent) right / 2rem 100% no-repeat local,
    linear-gradient(to right, var(--line), transparent) left / .75rem 100% no-repeat scroll,
    linear-gradient(to left, var(--line), transparent) right / .75rem 100% no-repeat scroll;
}
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
th { cursor: pointer; white-space: normal; vertical-align: bottom; }
.answer td:not(.r) { white-space: normal; min-width: 6rem; }
.r { text-align: right; }
th[aria-sort=ascending]::after { content: " \\25b2"; }
th[aria-sort=descending]::after { content: " \\25bc"; }
`;

export function renderPage(result: CompareResult): string {
  const answers = answerOf(result);
  const [verdict = '', ...notes] = comparability(result).split('\n');
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
<p>${escaped(verdict)}</p>
${list(notes.map(unmarked))}
<h2>The answer</h2>
${list(sentencesOf(answers))}
<div class="scroll answer">${table(answerTable(answers))}</div>
<p class="faint">${escaped(LEGEND)}</p>
<h2>Over task size</h2>
<p class="faint">Dots are medians, bars from the least to the most of the repetitions; both scales are logarithmic.</p>
<div class="charts">${charts.join('\n')}</div>
<h2>Like for like</h2>
<div class="scroll">${table(contenderTable(result))}</div>
<h2>Ceilings</h2>
<p class="faint">${escaped(CEILINGS_NOTE)}</p>
<div class="scroll">${table(ceilingTable(result))}</div>
<h3>The modes against them</h3>
<div class="scroll">${table(shareTable(result))}</div>
<h2>Targets</h2>
<p class="faint">${escaped(TARGETS_NOTE)}</p>
<div class="scroll">${table(targetTable(result))}</div>
<h2>Every cell</h2>
<div class="scroll">${table(cellTable(result))}</div>
<h2>Where</h2>
${list(contextOf(result).split('\n').map(unmarked))}
</main>
<script>${sorting()}</script>
</body>
</html>
`;
}

function table({ head, rows, align }: Table): string {
  const side = (index: number) => (align[index] === 'r' ? ' class="r"' : '');
  const cells = (row: Table['rows'][number]) =>
    row.map((cell, index) => {
      const { text, key } = typeof cell === 'string' ? { text: cell, key: cell === '-' ? '' : undefined } : cell;
      const sort = key === undefined ? '' : ` data-sort="${key}"`;
      return `<td${side(index)}${sort}>${escaped(text)}</td>`;
    });
  // n-last: what has no value comes last in either direction.
  return `<table class="sortable n-last">
<thead><tr>${head.map((name, index) => `<th${side(index)}>${escaped(name)}</th>`).join('')}</tr></thead>
<tbody>${rows.map((row) => `<tr>${cells(row).join('')}</tr>`).join('\n')}</tbody>
</table>`;
}

function list(items: readonly string[]): string {
  return items.length > 0 ? `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>` : '';
}

const unmarked = (line: string) => line.replace(/^- /, '');

/** The library's own file, with its keyboard and screen reader support. */
function sorting(): string {
  const file = createRequire(import.meta.url).resolve('sortable-tablesort/dist/standalone/sortable.auto.min.js');
  return readFileSync(file, 'utf8').replaceAll('</script', '<\\/script');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
