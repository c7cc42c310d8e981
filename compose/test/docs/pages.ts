/** README.md, CONTRIBUTING.md and docs/ as what a reader sees of them: headings, links, tables, commands. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lexer, type Token, type Tokens, walkTokens } from 'marked';
import { root } from '../../src/settings.ts';

export interface Page {
  /** From the project's folder. */
  readonly path: string;
  readonly lines: number;
  /** The names under which its headings can be linked to, as GitHub makes them. */
  readonly anchors: readonly string[];
  /** Where its links and pictures lead. */
  readonly links: readonly string[];
  readonly cells: readonly string[];
  /** The lines of its fenced blocks of `sh`, without what a `#` says of them. */
  readonly commands: readonly string[];
  /** What stands between backticks in its text. */
  readonly spans: readonly string[];
}

export const manual = ['README.md', ...globSync('docs/**/*.md', { cwd: root }).sort()].map(read);
export const contributing = read('CONTRIBUTING.md');

function read(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  const tokens: Token[] = [];
  walkTokens(lexer(text), (token) => void tokens.push(token));
  const of = <T extends Token>(...types: T['type'][]) =>
    tokens.filter((token): token is T => types.includes(token.type));
  return {
    path,
    lines: text.trimEnd().split('\n').length,
    anchors: of<Tokens.Heading>('heading').map(({ tokens }) => slug(plain(tokens))),
    links: of<Tokens.Link | Tokens.Image>('link', 'image').map(({ href }) => href),
    cells: of<Tokens.Table>('table').flatMap(({ header, rows }) => [header, ...rows].flat().map(({ text }) => text)),
    commands: of<Tokens.Code>('code')
      .filter(({ lang }) => lang === 'sh')
      .flatMap(({ text }) => text.split('\n').map(withoutRemark).filter(Boolean)),
    spans: of<Tokens.Codespan>('codespan').map(({ text }) => text),
  };
}

/** What is left of a heading without its markup. */
function plain(tokens: Token[]): string {
  return tokens
    .map((token) => ('tokens' in token && token.tokens ? plain(token.tokens) : token.raw.replaceAll('`', '')))
    .join('');
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function withoutRemark(line: string): string {
  return line.replace(/(^|\s+)# .*$/, '').trim();
}
