/** The name of a run and of its folder in `results/`: the second that it began in (UTC) and what it was. */
export function runId(startedAt: Date, what: string): string {
  return `${startedAt.toISOString().replace(/[-:]|\.\d+/g, '')}-${what}`;
}
