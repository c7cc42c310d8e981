import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Client } from '../../src/chaos/client.ts';
import { ChaosLedger } from '../../src/chaos/ledger.ts';
import { answerTo, jobDocument, problem } from '../support/documents.ts';

const TASK = { ops: 100, chunks: 1, seed: 0 };

type Reply = (response: ServerResponse, request: IncomingMessage) => void;
const says =
  (status: number, body: object): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
const cuts: Reply = (response) => response.destroy();

/** A client of a gateway that gives these replies one after the other, the last one for ever. */
async function clientOf(replies: Reply[], repeats = true) {
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers['idempotency-key']);
    replies[Math.min(keys.length, replies.length) - 1]?.(response, request);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, repeats);
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(async () => {
    await client.close();
    await close();
  });
  const ledger = new ChaosLedger(TASK, 'test');
  return { client, ledger, keys, close };
}

it.each([
  ['an acknowledgement', says(202, jobDocument('1')), 'acknowledged'],
  ['a direct answer', says(200, answerTo(TASK)), 'completed'],
  ['a full queue', says(503, problem(503, 'overloaded', 'waiting_jobs')), 'refused'],
  ['a service that is away', says(503, problem(503, 'upstream_down')), 'refused'],
  ['an error', says(500, problem(500, 'internal')), 'failed'],
  ['what is no document of ours', says(202, { ok: true }), 'failed'],
  ['a proxy that lost its gateway', says(502, {}), 'unknown'],
  ['a proxy without a gateway', says(503, {}), 'refused'],
  ['a lost connection', cuts, 'unknown'],
])('files %s', async (_, reply, end) => {
  const { client, ledger } = await clientOf([reply], false);
  expect((await client.ask(ledger, ledger.next())).end).toBe(end);
  expect(ledger.violations()).toEqual([]);
});

it('files a gateway that is not there', async () => {
  const { client, ledger, close } = await clientOf([cuts], false);
  await close();
  expect((await client.ask(ledger, ledger.next())).end).toBe('refused');
});

it('sees a repetition that becomes another job each time', async () => {
  const { client, ledger } = await clientOf([cuts, says(202, jobDocument('1')), says(202, jobDocument('2'))]);
  const entry = ledger.next();
  await client.ask(ledger, entry);
  await client.settled();
  expect(ledger.violations()).toEqual([`${entry.key} became two jobs`]);
});

it('repeats what has no known outcome with the same key, through refusals, until it is acknowledged, and once more', async () => {
  const unknown = says(503, problem(503, 'outcome_unknown'));
  const { client, ledger, keys } = await clientOf([
    unknown,
    says(503, problem(503, 'upstream_down')),
    cuts,
    says(202, jobDocument('1')),
  ]);
  const entry = ledger.next();
  expect((await client.ask(ledger, entry)).end).toBe('unknown');
  await client.settled();
  expect(keys).toEqual(Array(5).fill(entry.key));
  expect(ledger.counts).toMatchObject({ acknowledged: 1, unknown: 0, refused: 0, repeated: 1 });
});

it('does not repeat where a repetition would be done twice', async () => {
  const { client, ledger, keys } = await clientOf([cuts], false);
  await client.ask(ledger, ledger.next());
  await client.settled();
  expect(keys).toHaveLength(1);
  expect(ledger.counts).toMatchObject({ unknown: 1, repeated: 0 });
});

it.each([
  ['one that took effect', says(200, jobDocument('1')), ['1 was cancelled and has completed all the same']],
  ['one that came too late', says(409, problem(409, 'job_ended')), []],
  ['one that was refused', says(503, problem(503, 'upstream_down')), []],
  ['one whose answer was lost', cuts, []],
])('files the answer to a cancel: %s', async (_, reply, wrong) => {
  const { client, ledger } = await clientOf([says(202, jobDocument('1')), reply]);
  const entry = ledger.next();
  await client.ask(ledger, entry);
  client.cancel(ledger, '1');
  await client.settled();
  const { checksum, count, kernel, timings } = answerTo(TASK);
  const data = { v: 1 as const, ...TASK, requestId: entry.key };
  const ends = { failure: undefined, createdAt: 0, startedAt: 0, finishedAt: 1, starts: 1 };
  ledger.found({ id: '1', data, result: { checksum, count, kernel, timings }, ...ends });
  expect(ledger.violations()).toEqual(wrong);
});
