/** What an admin port says to whoever takes `accept`. */
export async function scrape(adminUrl: string, accept = '*/*') {
  const response = await fetch(`${adminUrl}/metrics`, { headers: { accept } });
  return { type: response.headers.get('content-type'), text: await response.text() };
}

/** The sum of a metric's samples whose line contains all `labels`, read from an admin port. */
export async function metric(adminUrl: string, name: string, ...labels: string[]): Promise<number> {
  const { text } = await scrape(adminUrl);
  return text
    .split('\n')
    .filter((line) => new RegExp(`^${name}[{ ]`).test(line) && labels.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
