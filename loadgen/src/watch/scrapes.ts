/** What being watched costs a service: CPU of its own for each look at its metrics. Prometheus takes one a second. */
const WARM_UP = 20;
const SCRAPES = 40;
const LIMIT_MS = 2_000;

/**
 * Milliseconds of CPU a scrape, by service, from the services' own counters while nothing else is asked of them. What
 * they do without being asked is in it. A service that does not answer is left out.
 */
export async function scrapeCosts(services: readonly { name: string; url: string }[]): Promise<Record<string, number>> {
  const costs: Record<string, number> = {};
  for (const { name, url } of services) {
    const cost = await scrapeCost(url).catch(() => undefined);
    if (cost !== undefined) costs[name] = cost;
  }
  return costs;
}

async function scrapeCost(url: string): Promise<number> {
  for (let n = 0; n < WARM_UP; n++) await cpuSeconds(url);
  const before = await cpuSeconds(url);
  let after = before;
  for (let n = 0; n < SCRAPES; n++) after = await cpuSeconds(url);
  return ((after - before) / SCRAPES) * 1000;
}

async function cpuSeconds(url: string): Promise<number> {
  // As Prometheus asks: a gateway answers in this format with exemplars.
  const headers = { accept: 'application/openmetrics-text' };
  const response = await fetch(`${url}/metrics`, { headers, signal: AbortSignal.timeout(LIMIT_MS) });
  const found = /^process_cpu_seconds_total(?:\{[^}]*\})? (\S+)/m.exec(await response.text())?.[1];
  if (found === undefined) throw new Error(`${url} does not count its CPU`);
  return Number(found);
}
