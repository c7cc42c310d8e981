/** The one reader of REDIS_URL and REDIS_CA_FILE, for every program in TypeScript: what it accepts works, all else it refuses. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { z } from 'zod';

const DEFAULT_PORT = 6379;
/** Names and IPv4 addresses. A name beyond ASCII would have to be written differently for each resolver. */
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})$/;
const EXAMPLE = 'redis://127.0.0.1:6390 or rediss://name:password@host:6379/1';

/** Where a Redis is and who we are to it: options of ioredis, and with it of BullMQ. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  /** Encrypted, and the server's certificate is checked: by `ca` (PEM) if there is one, else by what Node trusts. */
  readonly tls?: { readonly ca?: string };
}

/**
 * `redis[s]://[[user]:password@]host[:port][/database]`, as IANA has the scheme; IPv6 in brackets, user and password
 * percent-encoded. Throws an `Error` that names what is wrong, without the password.
 */
export function readRedisUrl(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^rediss?:\/\//i.test(text)) throw new Error(`must be a URL such as ${EXAMPLE}`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!HOST.test(host) && !isIPv6(host)) throw new Error('the host must be a name or an address');
  const { pathname } = url;
  const [, database] = /^\/?(\d{0,5})$/.exec(pathname) ?? [];
  if (database === undefined) throw new Error('the path must be the number of a database, such as /1');
  if (url.search || url.hash) throw new Error('settings after ? or # are not known');
  if (url.port === '0') throw new Error('the port must not be 0');
  const [username, password] = [decoded(url.username), decoded(url.password)];
  if (username && !password) throw new Error('a user needs a password');
  return {
    host,
    port: Number(url.port || DEFAULT_PORT),
    db: Number(database || 0),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error('user and password must be percent-encoded');
  }
}

/** For people and logs: no user, no password. */
export function redisName({ host, port, db, tls }: RedisAddress): string {
  return `${tls ? 'rediss' : 'redis'}://${isIPv6(host) ? `[${host}]` : host}:${port}/${db}`;
}

/** The setting REDIS_URL. */
export const redisUrl = z.string().transform((text, context): RedisAddress => {
  try {
    return readRedisUrl(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** The setting REDIS_CA_FILE: the certificates that a `rediss://` server's own is checked against, as PEM. */
export const redisCaFile = z.string().transform((path, context): string => {
  try {
    const pem = readFileSync(path, 'utf8');
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    context.addIssue({ code: 'custom', message: `is no file of certificates: ${(error as Error).message}` });
    return z.NEVER;
  }
});

/** What is wrong between the two: whoever names certificates believes that something is checked against them. */
export function caProblems({ REDIS_URL, REDIS_CA_FILE }: Partial<RedisSettings>): string[] {
  if (!REDIS_URL || REDIS_URL.tls || REDIS_CA_FILE === undefined) return [];
  return ['REDIS_CA_FILE: only a REDIS_URL with rediss:// is checked against certificates'];
}

interface RedisSettings {
  readonly REDIS_URL: RedisAddress | undefined;
  readonly REDIS_CA_FILE: string | undefined;
}

/** Both settings together. */
export function withCa(address: RedisAddress, ca: string | undefined): RedisAddress {
  return ca === undefined ? address : { ...address, tls: { ca } };
}
