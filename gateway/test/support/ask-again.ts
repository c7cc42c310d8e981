/** What a client does whose request came at a bad moment. */
import { setTimeout as sleep } from 'node:timers/promises';

/** A disk that holds Redis up, or a start. */
const LIMIT_MS = 30_000;

/**
 * The JSON of an answer of success, asked for again while there is none or it is 503. Each time with the same key, so that
 * no second job is made. Fails with what was said instead.
 */
export async function askAgain(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  const deadline = Date.now() + LIMIT_MS;
  const keyed = { 'idempotency-key': crypto.randomUUID(), ...headers };
  for (;;) {
    const { status, text } = await ask(url, keyed);
    if (status >= 200 && status < 300) return JSON.parse(text);
    if ((status !== NONE && status !== 503) || Date.now() > deadline) throw new Error(`${url}: ${status} ${text}`);
    await sleep(100);
  }
}

const NONE = 0;

async function ask(url: string, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, { headers });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: NONE, text: String(error) };
  }
}
