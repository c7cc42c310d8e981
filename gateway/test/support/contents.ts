/** What `GET /` of a port says: the same to programs and to browsers, and nothing that is not so. */
import { expect } from 'vitest';

interface Contents {
  readonly mode: string;
  readonly paths: ReadonlySet<string>;
}

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

/** What a port says to a program, once its page has said the same and every link of that has led somewhere. */
export async function contentsOf(url: string, headers: Record<string, string> = {}): Promise<Contents> {
  const told = await fetch(url, { headers });
  expect(told.headers.get('content-type')).toMatch(/^application\/json/);
  expect(told.headers.get('vary')).toMatch(/accept/i);
  const { name, mode, routes } = await told.json();
  expect(name).toMatch(/^Heavy Lifter gateway/);

  const shown = await fetch(url, { headers: { ...headers, accept: BROWSER } });
  expect(shown.headers.get('content-type')).toMatch(/^text\/html/);
  const page = await shown.text();
  expect(page).toContain(`in mode <strong>${mode}</strong>`);
  for (const { path, summary } of routes)
    for (const part of [path, ...summary.split('`')]) expect(page).toContain(part);
  // Nothing is loaded for it.
  expect(page).not.toMatch(/src=|@import|url\(|https?:/);
  for (const [, link] of page.matchAll(/href="(\/[^"]*)"/g))
    expect((await fetch(url + link, { headers })).status, link).toBe(200);
  return { mode, paths: new Set(routes.map(({ path }: { path: string }) => path)) };
}
