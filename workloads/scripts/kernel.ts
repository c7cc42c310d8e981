/** Compiles `count/assembly/kernel.ts` into `count/wasm-code.ts`; with `--check` it only says whether that is stale. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const workloads = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'heavy-lifter-wasm-'));
const outFile = join(folder, 'kernel.wasm');
const options = '-O3 --runtime stub --enable simd --noExportMemory'.split(' ');
const command = ['--no-install', 'asc', 'count/assembly/kernel.ts', ...options, '--outFile', outFile];
execFileSync('npx', command, { cwd: workloads, stdio: 'inherit' });

const text = `/** What \`npm run schemas\` compiled from \`assembly/kernel.ts\`. */
export const KERNEL_BASE64 =
  '${readFileSync(outFile, 'base64')}';
`;
rmSync(folder, { recursive: true });
const target = join(workloads, 'count/wasm-code.ts');
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('workloads/count/wasm-code.ts is stale: npm run schemas');
  process.exitCode = 1;
}
