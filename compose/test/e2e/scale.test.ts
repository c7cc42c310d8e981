/** Several gateways behind one port and several workers on one queue, added and removed by hand. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { JobDocument } from '../../../gateway/src/contract.ts';
import { askAgain } from '../../../gateway/test/support/ask-again.ts';
import { waitFor } from '../../../gateway/test/support/wait.ts';
import { gatewayUrl, make, openPorts, running } from './support.ts';

const up = async (WORKERS: string, GATEWAYS: string) => {
  const { code, output } = await make('up', { MODE: 'queue', WORKERS, GATEWAYS });
  expect(code, output).toBe(0);
};

beforeAll(() => up('2', '2'));

/** A connection of its own for each, as of many clients. */
async function handIn(ops: number): Promise<JobDocument> {
  return JobDocument.parse(await askAgain(`${gatewayUrl}/blocking?ops=${ops}`, { connection: 'close' }));
}

it('a client is told of its job whichever gateway it asks', async () => {
  // Connections are dealt out: of ten streams some are with the gateway that took the job, and some are not.
  const { id, links } = await handIn(2_000_000_000);
  const streams = Array.from({ length: 10 }, async () => {
    const response = await fetch(gatewayUrl + links.events, { headers: { connection: 'close' } });
    return response.text();
  });
  for (const text of await Promise.all(streams)) {
    const last = JobDocument.parse(JSON.parse(text.trim().split('\ndata: ').at(-1) ?? ''));
    expect(last).toMatchObject({ id, state: 'completed', result: { count: 2_000_000_000 } });
  }
});

it('workers and gateways that come and go under load lose nothing', async () => {
  const before = await running();
  const accepted: Promise<JobDocument>[] = [];
  let over = false;
  const load = (async () => {
    for (; !over; await sleep(20)) accepted.push(handIn(2_000_000));
  })();
  await up('1', '3');
  await up('3', '2');
  over = true;
  await load;
  const jobs = await Promise.all(accepted);
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(jobs.length);
  for (const { id, links } of jobs) {
    await waitFor(`job ${id}`, async () => {
      const { state } = JobDocument.parse(await askAgain(gatewayUrl + links.self));
      expect(state).not.toBe('failed');
      return state === 'completed';
    });
  }
  // Redis, a worker and two gateways went on all the while.
  const after = await running();
  expect(before.filter((id) => after.includes(id)).length).toBeGreaterThanOrEqual(4);
  expect(after.length).toBe(before.length + 1);
});

it('copies go with the rest', async () => {
  expect((await make('down')).code).toBe(0);
  expect(await openPorts()).toEqual([]);
  expect(await running()).toEqual([]);
});
