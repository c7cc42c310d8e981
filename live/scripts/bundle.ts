/** The page as the browser gets it: live/page/ becomes live/dist/page/{index.html,page.js,page.css,icon.svg}. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const from = fileURLToPath(new URL('../page/', import.meta.url));
const to = fileURLToPath(new URL('../dist/page/', import.meta.url));

mkdirSync(to, { recursive: true });
await build({
  entryPoints: [`${from}page.ts`, `${from}page.css`],
  outdir: to,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  // A recording has this code inside a <script>, which is read as UTF-8.
  charset: 'utf8',
  conditions: ['browser'],
  logLevel: 'warning',
});
for (const file of ['index.html', 'icon.svg']) copyFileSync(from + file, to + file);
