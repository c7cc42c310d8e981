/** CPU and memory of the stack's processes, by Linux's /proc. */
import { readFileSync } from 'node:fs';
import { Client } from 'undici';

/** Of USER_HZ, which Linux's ABI keeps at 100. */
const TICKS_PER_S = 100;
const PAGE_BYTES = 4096;

interface Status {
  readonly services: readonly { readonly name: string; readonly pid: number | null }[];
}

/** The process of the page's server, and those of all services beside it. */
export async function processes(socketPath: string): Promise<{ live: number; others: number[] }> {
  const runner = new Client('http://runner', { socketPath });
  const { body } = await runner.request({ method: 'POST', path: '/status' });
  const { services } = (await body.json()) as Status;
  await runner.close();
  const live = services.find(({ name }) => name === 'live')?.pid;
  if (!live) throw new Error('no page runs here');
  return { live, others: services.flatMap(({ name, pid }) => (name === 'live' || pid === null ? [] : pid)) };
}

/** Of all of them, since each began. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    // After the command's name, which may hold anything: the 12th and 13th field are user's and system's time.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
  }, 0);
}

export function rssBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
}
