/** The five chapters: a question, what one button does, and how the answer is read from what was measured. */
import { DEFAULT_TASK_MS } from '../../src/limits.ts';
import { number } from '../format.ts';
import { LANES } from '../model/lanes.ts';
import type { Measured } from './measured.ts';

export interface Chapter {
  readonly lane: string;
  readonly title: string;
  readonly story: string;
  readonly question: string;
  readonly guesses: readonly string[];
  readonly button: string;
  readonly users: number;
  /** Of a task; the page's own default where it says nothing. */
  readonly taskMs?: 20 | 100;
  readonly loadS: number;
  /** The role of the service that is killed when half of that time is over. */
  readonly kills?: 'compute';
  /** The users leave as soon as the service is back: each second more of promises takes many to keep. */
  readonly leaveAtOnce?: true;
  /** Beside it the queue that loses has to show that such an account finds loss. */
  readonly control?: true;
  /** Which guess was right. */
  readonly right: (measured: Measured) => number;
  readonly lines: (measured: Measured) => readonly string[];
  readonly file: string;
}

const BYSTANDER = [
  'under 50 ms: it asks for nothing heavy',
  '50 to 250 ms: it waits for a task of somebody else',
  'more than 250 ms: it waits for all of them',
];
const waited = ({ bystander }: Measured) => ((bystander ?? 0) < 50 ? 0 : (bystander ?? 0) < 250 ? 1 : 2);
const fileOf = (lane: string) => LANES[lane]?.file ?? '';

export const CHAPTERS: readonly Chapter[] = [
  {
    lane: 'inline',
    title: 'One loop',
    story: 'The gateway computes on the loop that also answers everybody else. Five users ask for tasks of 100 ms.',
    question: 'A bystander asks the same gateway for next to nothing. How long does it wait?',
    guesses: BYSTANDER,
    button: 'Put 5 users on inline',
    users: 5,
    loadS: 8,
    right: waited,
    lines: (measured) => [measured.heartbeats(), measured.answers()],
    file: fileOf('inline'),
  },
  {
    lane: 'unpooled',
    title: 'Threads without a bound',
    story: 'Every request gets new threads, however many there are already. Sixty users ask at once.',
    question: 'The loop is free now. What gives?',
    guesses: [
      'nothing: all are served about as soon as one alone',
      'everybody waits for everybody',
      'requests are refused or fail',
    ],
    button: 'Put 60 users on unpooled',
    users: 60,
    loadS: 10,
    right: (measured) => {
      if (measured.count('refused') + measured.count('failed') > measured.count('ok') / 20) return 2;
      return (measured.p50 ?? Number.POSITIVE_INFINITY) > 4 * DEFAULT_TASK_MS ? 1 : 0;
    },
    lines: (measured) => [measured.answers(), measured.heartbeats(), measured.memory()],
    file: fileOf('unpooled'),
  },
  {
    lane: 'pool',
    title: 'A bounded pool',
    story: 'A fixed number of threads, and a queue with an end. The same sixty users.',
    question: 'How long does the bystander wait?',
    guesses: BYSTANDER,
    button: 'Put 60 users on pool',
    users: 60,
    loadS: 10,
    right: waited,
    lines: (measured) => [measured.heartbeats(), measured.answers(), measured.memory()],
    file: fileOf('pool'),
  },
  {
    lane: 'microservice',
    title: 'Out of the process',
    story: 'A Rust service computes, over HTTP. While twenty users ask, its process is killed.',
    question: 'What becomes of the gateway and of who asks it?',
    guesses: ['the gateway is gone, too', 'callers get errors until the service is back', 'nobody notices'],
    button: 'Put 20 users on microservice, and kill the service',
    users: 20,
    loadS: 10,
    kills: 'compute',
    right: (measured) => {
      if (measured.latest?.silentSince) return 0;
      return measured.count('failed') + measured.count('refused') + measured.count('unknown') > 0 ? 1 : 2;
    },
    lines: (measured) => [measured.heartbeats(), measured.answers()],
    file: fileOf('microservice'),
  },
  {
    lane: 'queue',
    title: 'A promise that survives a kill',
    story: 'Each caller gets a 202 at once: a promise, kept in Redis. While fifty users ask, the worker is killed.',
    question: 'How many of the promises are lost?',
    guesses: ['none', 'those that the worker had in hand', 'all that waited'],
    button: 'Put 50 users on queue, and kill the worker',
    users: 50,
    taskMs: 20,
    loadS: 2,
    kills: 'compute',
    leaveAtOnce: true,
    control: true,
    right: ({ jobs }) => (jobs?.lost === 0 ? 0 : 1),
    lines: (measured) => [promises(measured), measured.heartbeats(), measured.control()],
    file: fileOf('queue'),
  },
];

function promises({ jobs }: Measured): string {
  if (!jobs) return 'The account of the promises is not known.';
  const { acknowledged, done, failed, cancelled, cleared, notYet, lost } = jobs;
  const rest = failed + cancelled + cleared;
  const open = notYet > 0 ? ' Of those that wait nobody knows yet.' : '';
  return `Since the start: ${number(acknowledged)} acknowledged = ${number(done)} done + ${number(rest)} failed, cancelled or cleared + ${number(notYet)} not yet + ${number(lost)} lost.${open}`;
}
