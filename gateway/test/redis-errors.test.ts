/** Whatever Redis or the network does to a job: 503 with a time to come back, and in the log no data of the caller's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../src/contract.ts';
import { ProblemError } from '../src/errors.ts';
import { NETWORK_CODES } from '../src/network-errors.ts';
import { asReadProblem, asRedisProblem, REDIS_ERRORS } from '../src/queue/failures.ts';
import { type FakeRedis, fakeRedis } from './support/fake-redis.ts';
import { startTestGateway, type TestGateway } from './support/gateway.ts';
import { untilReady } from './support/queue.ts';
import { waitFor } from './support/wait.ts';

/** Of the task that is refused: so long that no port, process or time has it by chance. */
const SEED = '3735928559';
const CODES = { not: 'upstream_down', unknown: 'outcome_unknown', full: 'overloaded' };

describe('a job that Redis does not take', () => {
  let redis: FakeRedis;
  let gateway: TestGateway;
  beforeAll(async () => {
    redis = await fakeRedis();
    gateway = await startTestGateway('queue', { REDIS_URL: redis.url });
    await untilReady(gateway);
  });
  afterAll(async () => {
    await gateway.stop();
    await redis.close();
  });

  async function refused(): Promise<Problem> {
    const response = await fetch(`${gateway.url}/blocking?ops=4711&seed=${SEED}`);
    const problem = (await response.json()) as Problem;
    expect({ status: response.status, problem }).toMatchObject({ status: 503 });
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    return problem;
  }

  it.each(Object.entries(REDIS_ERRORS))('is answered 503 when it says %s', async (name, meaning) => {
    redis.answer = { job: `${name} in its own words` };
    expect((await refused()).code).toBe(CODES[meaning]);
    expect(gateway.log()).toContain(`"err":"${name}: ${name} in its own words"`);
    expect(gateway.log()).not.toContain(SEED);
  });

  it.each([
    ['ERR max number of clients reached', 'upstream_down'],
    ['ERR invalid password', 'upstream_down'],
    ['ERR DB index is out of range', 'upstream_down'],
    [
      'ERR Error running script (call to f_1): @user_script:1: Script killed by user with SCRIPT KILL...',
      'upstream_down',
    ],
    ["ERR Error running script (call to f_1): @user_script:7: -READONLY You can't write", 'upstream_down'],
    // The rights of one command of a script: those before it may have written.
    ["NOPERM User app has no permissions to run the 'xadd' command script: 1, on @user_script:9.", 'outcome_unknown'],
  ])('is answered 503 when it says %s', async (answer, code) => {
    redis.answer = { job: answer };
    expect((await refused()).code).toBe(code);
  });

  it.each(['WRONGTYPE Operation against a key', 'ERR @user_script:3: attempt to index a nil value'])(
    'is a defect of ours when it says %s',
    async (answer) => {
      redis.answer = { job: answer };
      expect((await fetch(`${gateway.url}/blocking?ops=4711&seed=${SEED}`)).status).toBe(500);
    },
  );

  it.each([
    ['resets the connection', (socket) => socket.resetAndDestroy()],
    ['closes the connection', (socket) => socket.destroy()],
    ['no longer answers', (socket) => socket.removeAllListeners('data')],
  ] satisfies [string, FakeRedis['answer']][])('is answered 503 when it %s', async (_name, answer) => {
    await untilReady(gateway);
    redis.answer = answer;
    expect((await refused()).code).toBe('outcome_unknown');
  });

  it('is not ready, says why, and tells the log when it begins, when its cause changes and when it ends', async () => {
    await untilReady(gateway);
    redis.answer = {};
    const before = gateway.log().length;
    const lines = () =>
      gateway
        .log()
        .slice(before)
        .split('\n')
        .filter((line) => /"Redis can/.test(line))
        .map((line) => JSON.parse(line));
    redis.answer = { question: 'MISCONF no disk', job: 'MISCONF no disk' };
    const ready = async () => (await fetch(`${gateway.url}/readyz`)).json();
    await waitFor('not ready', async () => (await ready()).status === 'not ready');
    // Long enough for some attempts, each of which would have its line.
    for (let n = 0; n < 8; n++) await waitFor('another', async () => (await ready()).detail?.startsWith('MISCONF'));
    redis.answer = { question: 'LOADING the dataset', job: 'LOADING the dataset' };
    await waitFor('the new cause', async () => lines().length === 2);
    redis.answer = {};
    await untilReady(gateway);
    expect(lines()).toMatchObject([
      { level: 40, cause: 'MISCONF', address: `${redis.url}/0`, msg: 'Redis cannot be used' },
      { level: 40, cause: 'LOADING', msg: 'Redis cannot be used' },
      { level: 30, msg: 'Redis can be used again' },
    ]);
  });
});

describe('an error of the network', () => {
  const problem = (code: string, syscall?: string) =>
    asRedisProblem(Object.assign(new Error('of the system'), { code, syscall })) as ProblemError;

  it.each(Object.entries(NETWORK_CODES))('%s is 503', (code, meaning) => {
    expect(problem(code)).toBeInstanceOf(ProblemError);
    expect(problem(code)).toMatchObject({ status: 503, code: CODES[meaning] });
    expect(asReadProblem(problem(code))).toMatchObject({ status: 503, code: 'upstream_down' });
  });

  it('has come of nothing while connecting, and of who knows what later', () => {
    expect(problem('ETIMEDOUT', 'connect').code).toBe('upstream_down');
    expect(problem('EHOSTUNREACH', 'read').code).toBe('outcome_unknown');
  });
});
