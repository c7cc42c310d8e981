/** Parts of the page: text, lists, tables, and sentences whose parts are links. */
import { figuresOf, idOf, nameOf, type Part, type Sentence } from './parts.ts';
import type { Table } from './table.ts';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

export function list(items: readonly string[]): string {
  return items.length > 0 ? `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>` : '';
}

/** Each part that rests on cells leads to its place in the evidence, of which this is one. */
export function linked({ lead, parts }: Sentence, evidence: readonly Part[]): string {
  const texts = parts.map((part) => {
    const place = evidence.indexOf(part);
    return place < 0 ? escaped(part.text) : `<a href="#evidence-${place + 1}">${escaped(part.text)}</a>`;
  });
  return `<b>${escaped(lead)}</b>${texts.join('; ')}.`;
}

/** What the parts rest on, with links to the rows of the table of all cells. */
export function evidenceList(evidence: readonly Part[]): string {
  const items = evidence.map(({ text, cells }, index) => {
    const lines = cells.map(
      (cell) => `<li><a href="#${idOf(cell)}">${escaped(nameOf(cell))}</a>: ${escaped(figuresOf(cell))}</li>`,
    );
    return `<li id="evidence-${index + 1}">${escaped(text)}<ul class="faint">${lines.join('')}</ul></li>`;
  });
  return `<ol class="evidence">${items.join('\n')}</ol>`;
}

export function table({ head, rows, align, ids }: Table): string {
  const side = (index: number) => (align[index] === 'r' ? ' class="r"' : '');
  const cells = (row: Table['rows'][number]) =>
    row.map((cell, index) => {
      const { text, key } = typeof cell === 'string' ? { text: cell, key: cell === '-' ? '' : undefined } : cell;
      const sort = key === undefined ? '' : ` data-sort="${key}"`;
      return `<td${side(index)}${sort}>${escaped(text)}</td>`;
    });
  const id = (index: number) => (ids?.[index] ? ` id="${ids[index]}"` : '');
  // n-last: what has no value comes last in either direction.
  return `<table class="sortable n-last">
<thead><tr>${head.map((name, index) => `<th${side(index)}>${escaped(name)}</th>`).join('')}</tr></thead>
<tbody>${rows.map((row, index) => `<tr${id(index)}>${cells(row).join('')}</tr>`).join('\n')}</tbody>
</table>`;
}
