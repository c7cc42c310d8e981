/** What the manual says to type besides make's verbs, typed as it stands there; and a gateway that logs every request. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { manual } from '../../docs/pages.ts';
import { keepUp, make, ports } from '../support.ts';

keepUp({ MODE: 'queue', LOG_LEVEL: 'debug' });

/** Where curl finds what every call of it shall do: end, and end with the status. */
const home = mkdtempSync(join(tmpdir(), 'heavy-lifter-curl-'));
writeFileSync(join(home, '.curlrc'), 'silent\nshow-error\nmax-time = 60\nwrite-out = "\\n%{http_code}"\n');
afterAll(() => rmSync(home, { recursive: true }));

/** What a line prints, and the status of its answer. */
function typed(line: string): { text: string; status: number } {
  const env = { ...process.env, CURL_HOME: home, HOME: home };
  const output = execFileSync('sh', ['-c', line], { env, encoding: 'utf8' });
  const end = output.lastIndexOf('\n');
  return { text: output.slice(0, end), status: Number(output.slice(end + 1)) };
}

const asked = manual.flatMap(({ path, commands }) => {
  const lines = commands.filter((command) => command.startsWith('curl '));
  return lines.length > 0 ? [{ path, lines }] : [];
});

it.each(asked)('the lines with curl in $path do what they say', ({ lines }) => {
  let id = '';
  for (const line of lines) {
    const [gateway, key] = [`127.0.0.1:${ports.PORT}`, crypto.randomUUID()];
    const filledIn = line.replace('localhost:3000', gateway).replace('<id>', id).replace('order-17', key);
    const { text, status } = typed(filledIn);
    // The job may have ended before.
    const right = line.includes('DELETE') ? [200, 409] : [200, 202];
    expect(right, `${line}\n${text}`).toContain(status);
    id = /"id":"([^"]+)"/.exec(text)?.[1] ?? id;
  }
  // What takes long is not left to the next file.
  typed(`curl -X DELETE 'http://127.0.0.1:${ports.PORT}/jobs/${id}'`);
});

it('a service stands still and goes on', async () => {
  const paused = await make('pause', { SERVICE: 'rust-worker' });
  const { output } = await make('status');
  const resumed = await make('resume', { SERVICE: 'rust-worker' });
  expect([paused.code, resumed.code], paused.output + resumed.output).toEqual([0, 0]);
  expect(output).toMatch(/rust-worker.*paused/i);
});

it('LOG_LEVEL=debug has requests that succeed in the log, under the id that they came with', async () => {
  typed(`curl -H 'x-request-id: typed-1' 'http://127.0.0.1:${ports.PORT}/non-blocking'`);
  const { code, output } = await make('logs', { SERVICE: 'gateway' });
  expect(code, output).toBe(0);
  expect(output).toMatch(/"requestId":"typed-1".*"status":200/);
});
