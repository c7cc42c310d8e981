/** One reader of REDIS_URL: what it accepts, jobs go and come through; what it refuses, it refuses at the start. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { readRedisUrl, redisName } from '../src/redis-address.ts';
import urls from './redis-urls.json' with { type: 'json' };
import { startTestGateway } from './support/gateway.ts';
import { freePort, type Neighbour, startRedis, startRust } from './support/processes.ts';
import { heardOf, untilReady } from './support/queue.ts';
import { waitFor } from './support/wait.ts';

describe('REDIS_URL', () => {
  it.each(urls.accepted as [string, string][])('%s is %s', (url, name) => {
    expect(redisName(readRedisUrl(url))).toBe(name);
  });

  it.each(urls.refused as [string, string][])('%s is refused by name', (url, reason) => {
    const read = readConfig({ MODE: 'queue', REDIS_URL: url });
    expect(read).toEqual({ problems: [expect.stringMatching(/^REDIS_URL: /)] });
    expect(JSON.stringify(read)).toContain(reason);
    expect(JSON.stringify(read)).not.toContain('secret');
  });

  it('has its certificates checked before the start', () => {
    const read = (REDIS_URL: string, REDIS_CA_FILE: string) => readConfig({ MODE: 'queue', REDIS_URL, REDIS_CA_FILE });
    const problem = (text: string) => ({ problems: [expect.stringContaining(text)] });
    expect(read('rediss://redis', '/nowhere')).toEqual(problem('REDIS_CA_FILE: is no file of certificates: ENOENT'));
    expect(read('rediss://redis', import.meta.filename)).toEqual(problem('REDIS_CA_FILE: is no file of certificates'));
  });
});

describe('a job and what is heard of it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'heavy-lifter-tls-'));
  const file = (name: string) => join(dir, name);
  let redis: Neighbour;
  let tlsPort: number;

  beforeAll(async () => {
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=Test CA', '-days', '2');
    openssl('req', ...key, '-keyout', 'redis.key', '-out', 'redis.csr', '-subj', '/CN=redis');
    const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1';
    writeFileSync(file('names'), names);
    const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', '2'];
    openssl('x509', '-req', '-in', 'redis.csr', ...signed, '-out', 'redis.crt');
    tlsPort = await freePort();
    const tls = ['--tls-port', String(tlsPort), '--tls-auth-clients', 'no', '--tls-ca-cert-file', file('ca.crt')];
    const own = ['--tls-cert-file', file('redis.crt'), '--tls-key-file', file('redis.key')];
    const user = ['--user', 'us@er', 'on', '>p:/s%s ', '~*', '&*', '+@all'];
    redis = await startRedis([...tls, ...own, ...user, '--bind', '127.0.0.1', '::1']);
  });
  afterAll(async () => {
    await redis?.stop();
    rmSync(dir, { recursive: true });
  });

  const port = () => new URL(redis.url).port;
  it.each([
    ['in another database', () => `redis://127.0.0.1:${port()}/1`],
    ['by IPv6', () => `redis://[::1]:${port()}/2`],
    ['with an encoded user and password', () => `redis://us%40er:p%3A%2Fs%25s%20@127.0.0.1:${port()}/3`],
    ['encrypted, by address', () => `rediss://127.0.0.1:${tlsPort}/4`],
    ['encrypted, by name, with a user', () => `rediss://us%40er:p%3A%2Fs%25s%20@localhost:${tlsPort}/5`],
    ['encrypted, by IPv6', () => `rediss://[::1]:${tlsPort}/6`],
  ])('%s', async (_name, url) => {
    const REDIS_URL = url();
    const env = { REDIS_URL, ...(REDIS_URL.startsWith('rediss') ? { REDIS_CA_FILE: file('ca.crt') } : {}) };
    const [gateway, worker] = [await startTestGateway('queue', env), await startRust('rust-worker', env)];
    await untilReady(gateway);
    expect(await heardOf(gateway, 'ops=77')).toMatchObject({ count: 77 });
    await worker.stop();
    await gateway.stop();
    expect(gateway.log() + worker.log()).not.toMatch(/p:\/s%s|p%3A/);
  });

  it('is not handed to a server that the certificates do not vouch for', async () => {
    const REDIS_URL = `rediss://127.0.0.1:${tlsPort}`;
    const gateway = await startTestGateway('queue', { REDIS_URL });
    await waitFor('told', () => /"cause":"[A-Z_]*CERT/.test(gateway.log()));
    expect((await fetch(`${gateway.url}/blocking?ops=1`)).status).toBe(503);
    await gateway.stop();
  });
});
