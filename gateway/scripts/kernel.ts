/** Compiles `assembly/kernel.ts` into `src/compute/wasm-code.ts`; with `--check` it only says whether that is stale. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const gateway = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'heavy-lifter-wasm-'));
const outFile = join(folder, 'kernel.wasm');
const options = '-O3 --runtime stub --enable simd --noExportMemory'.split(' ');
const command = ['--no-install', 'asc', 'assembly/kernel.ts', ...options, '--outFile', outFile];
execFileSync('npx', command, { cwd: gateway, stdio: 'inherit' });

const text = `/** What \`npm run schemas\` compiled from \`assembly/kernel.ts\`. */
export const KERNEL_BASE64 =
  '${readFileSync(outFile, 'base64')}';
`;
rmSync(folder, { recursive: true });
const target = join(gateway, 'src/compute/wasm-code.ts');
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('gateway/src/compute/wasm-code.ts is stale: npm run schemas');
  process.exitCode = 1;
}
