/** `GET /`: what answers here and what it can be asked for. JSON for programs, a page for browsers. */
import type { RequestHandler } from 'express';
import manifest from '../../package.json' with { type: 'json' };
import type { Mode } from '../mode.ts';
import { openapi } from '../openapi.ts';

export interface Route {
  readonly method: string;
  /** With `{id}` where something has to be filled in. */
  readonly path: string;
  readonly summary: string;
}

/** What callers may ask for, from the document that describes it. Where a mode makes no jobs it has no routes for them. */
export function publicRoutes({ jobs }: Mode): Route[] {
  return Object.entries(openapi.paths)
    .filter(([path]) => jobs || !path.startsWith('/jobs/'))
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, { summary }]) => route(path, summary, method)));
}

/** What operators may ask for. */
export function adminRoutes({ adminPages }: Mode): Route[] {
  const { '/': here, '/healthz': health, '/readyz': ready } = openapi.paths;
  return [
    route('/', here.get.summary),
    route('/metrics', 'Metrics, for Prometheus'),
    route('/healthz', health.get.summary),
    route('/readyz', ready.get.summary),
    ...(adminPages ? [route(adminPages.path, 'Pages of this mode')] : []),
  ];
}

const route = (path: string, summary: string, method = 'get'): Route => ({
  method: method.toUpperCase(),
  path,
  summary,
});

/** Whoever does not prefer HTML gets JSON. */
export function contents(name: string, mode: string, routes: readonly Route[]): RequestHandler {
  const json = { name, version: manifest.version, mode, routes };
  const html = page(name, mode, routes);
  return (_request, response) => {
    const sendJson = () => void response.json(json);
    response.format({ json: sendJson, html: () => void response.send(html), default: sendJson });
  };
}

/** Whole by itself: nothing is loaded for it, an icon neither. */
const page = (title: string, mode: string, routes: readonly Route[]) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}: ${mode}</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  td, th { text-align: left; vertical-align: top; padding: 0.2rem 1rem 0.2rem 0 }
</style>
<main>
<h1>${title}</h1>
<p>One CPU-heavy endpoint, served in several ways. This process serves it in mode <strong>${mode}</strong>.</p>
<table>
<tr><th scope="col">Method<th scope="col">Path<th scope="col">What it answers
${routes.map(row).join('\n')}
</table>
</main>
`;

function row({ method, path, summary }: Route): string {
  const shown = method === 'GET' && !path.includes('{') ? `<a href="${path}">${path}</a>` : path;
  return `<tr><td>${method}<td><code>${shown}</code><td>${summary.replaceAll(/`(.+?)`/g, '<code>$1</code>')}`;
}
