/**
 * What make's verbs ask of the queue itself: a program of its own, as it starts sooner than the generator.
 *   before                          tells of jobs that come first; nothing where there are none
 *   clear                           removes the jobs that wait
 *   held                            the jobs in hand, as the words that `again` takes
 *   again TIME [ID=STARTS ...]      when those went on that were in hand when a worker was killed
 */
import { caProblems, withCa } from '@heavy-lifter/gateway/redis-address';
import { readBy } from '@heavy-lifter/gateway/settings';
import { Backlog } from '../account/backlog.ts';
import { Config, valid } from '../bench/config.ts';
import { Failure } from '../failure.ts';
import { number } from '../format.ts';
import { describeBefore, jobsOfBefore } from './before.ts';
import { goesOn, heldNow } from './held.ts';

type QueueVerb = (backlog: Backlog, words: readonly string[]) => Promise<string>;

const verbs: Record<string, QueueVerb> = {
  async before(backlog) {
    const before = await jobsOfBefore(backlog);
    return before ? describeBefore(before) : '';
  },

  async clear(backlog) {
    const removed = await backlog.clear();
    const inHand = await backlog.size();
    return `${number(removed)} job(s) removed${inHand > 0 ? `; ${inHand} in hand are left to the worker` : ''}`;
  },

  async held(backlog) {
    return [...(await heldNow(backlog))].map(([id, starts]) => `${id}=${starts}`).join(' ');
  },

  async again(backlog, [time = '', ...words]) {
    const held = new Map(words.map((word) => [word.replace(/=\d+$/, ''), Number(/\d+$/.exec(word)?.[0])]));
    return goesOn(backlog, held, Date.parse(time));
  },
};

async function main([name = '', ...words]: string[]): Promise<void> {
  const verb = verbs[name];
  if (!verb) throw new Failure(`usage: ${Object.keys(verbs).join(' | ')}`);
  const settings = Config.pick({ REDIS_URL: true, REDIS_CA_FILE: true }).required({ REDIS_URL: true });
  const { REDIS_URL, REDIS_CA_FILE } = valid(readBy(settings, process.env, caProblems));
  const backlog = await Backlog.open(withCa(REDIS_URL, REDIS_CA_FILE));
  try {
    const line = await verb(backlog, words);
    if (line) console.log(line);
  } finally {
    await backlog.close();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Failure ? error.message : error);
  process.exitCode = 1;
}
