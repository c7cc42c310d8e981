/**
 * What travels between the page and its server: the events of one stream, and commands. One zod schema each; types are
 * inferred from them. Times are milliseconds since the epoch by the server's clock, durations are milliseconds unless a
 * name ends in S (seconds). `null` means unknown: what cannot be asked is never shown as an older figure.
 */
import { z } from 'zod';
import { count, Lane, lane } from './contract-lane.ts';
import { MAX_USERS, SERVICE_VERBS, TASK_MS } from './limits.ts';

export { Account, Lane, Recent, Service, Tick } from './contract-lane.ts';
export * from './limits.ts';

/** What happened to a service, drawn over every chart of every lane. */
export const Mark = z.object({
  n: count,
  at: z.number(),
  /** Of a command; null where a service ended or came back by itself. */
  command: z.string().nullable(),
  service: z.string(),
  what: z.enum([...SERVICE_VERBS, 'ended', 'back']),
});
export type Mark = z.infer<typeof Mark>;

/** What is wished for at present, and by which page: of two that disagree the last one holds, and both show it. */
export const Orders = z.object({
  users: z.record(lane, count),
  taskMs: z.number(),
  /** The load goes to one lane after the other. */
  solo: z.boolean(),
  /** Whose turn it is. */
  soloLane: lane.nullable(),
  by: z.string().nullable(),
  at: z.number(),
});
export type Orders = z.infer<typeof Orders>;

/** Everything that is in force, for people: time-outs, bounds, threads, cores. */
export const Parameter = z.object({ name: z.string(), value: z.string(), of: z.string() });

/** The first event of a stream. */
export const Hello = z.object({
  v: z.literal(1),
  at: z.number(),
  /** This page's own name in `Orders.by`. */
  you: z.string(),
  startedAt: z.number(),
  runtime: z.enum(['docker', 'local']),
  commit: z.string(),
  machine: z.object({ cpu: z.string(), cores: count, serviceCpus: z.string(), generatorCpus: z.string() }),
  /** Size a millisecond of the JavaScript kernel on one core, calibrated at the start. */
  sizePerMs: z.number(),
  /** What a size is counted in. */
  unit: z.string(),
  lanes: z.array(z.object({ lane, url: z.string(), says: z.string() })),
  parameters: z.array(Parameter),
  /** What a reader has to know before figures are compared; e.g. that five stacks share one core. */
  notes: z.array(z.string()),
  marks: z.array(Mark),
  orders: Orders,
});
export type Hello = z.infer<typeof Hello>;

/** Four times a second, while somebody watches. */
export const Snapshot = z.object({
  seq: count,
  at: z.number(),
  watchers: count,
  /** How busy the generator's threads are at most, 0 to 1. */
  generatorBusy: z.number(),
  /** How busy this server's own event loop is, 0 to 1. */
  serverBusy: z.number(),
  orders: Orders,
  lanes: z.array(Lane),
  /** New ones. */
  marks: z.array(Mark),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** One request or job, on real clocks. `to` is null while a part goes on. */
export const Trace = z.object({
  id: z.string(),
  lane,
  at: z.number(),
  parts: z.array(
    z.object({
      what: z.enum(['gateway', 'handed over', 'waiting', 'computing', 'stored', 'notified', 'answered']),
      /** Which attempt it belongs to, from 1. */
      attempt: z.int().min(1),
      from: z.number(),
      to: z.number().nullable(),
    }),
  ),
  state: z.enum(['open', 'done', 'failed', 'lost']),
  says: z.string(),
});
export type Trace = z.infer<typeof Trace>;

/** What the visitor asked for with a button of the page. */
export const Asked = z.object({
  id: z.string(),
  lane,
  at: z.number(),
  state: z.enum(['waiting', 'promised', 'working', 'done', 'cancelled', 'failed']),
  status: z.int().nullable(),
  /** 0 to 1 */
  progress: z.number().nullable(),
  attempts: count.nullable(),
  jobId: z.string().nullable(),
  ms: z.number().nullable(),
  says: z.string(),
});
export type Asked = z.infer<typeof Asked>;

/** A line for people about what a command came to, e.g. how much was cleared. */
export const Said = z.object({ at: z.number(), says: z.string(), problem: z.boolean() });
export type Said = z.infer<typeof Said>;

/**
 * How the losing queue did whose worker was killed once, beside the real one: acknowledged = completed + lost. Null until
 * it is done.
 */
export const Control = z.object({
  at: z.number(),
  state: z.enum(['running', 'done', 'failed']),
  acknowledged: count.nullable(),
  completed: count.nullable(),
  lost: count.nullable(),
  says: z.string(),
});
export type Control = z.infer<typeof Control>;

/** The stream's events by their name. */
export const EVENTS = {
  hello: Hello,
  snapshot: Snapshot,
  trace: Trace,
  asked: Asked,
  said: Said,
  control: Control,
} as const;

const someLane = lane.optional();
/** Bodies of `POST /commands`; `lane` left out: every lane. Answered with 202, or a problem. */
export const Command = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('users'), lane: someLane, users: z.int().min(0).max(MAX_USERS) }),
  z.strictObject({ do: z.literal('task'), ms: z.literal([...TASK_MS]) }),
  z.strictObject({ do: z.literal('barrage'), lane: someLane }),
  /** No users anywhere. */
  z.strictObject({ do: z.literal('stop') }),
  /** Removes what waits, and says how much. */
  z.strictObject({ do: z.literal('clear') }),
  z.strictObject({ do: z.literal('solo'), on: z.boolean() }),
  z.strictObject({ do: z.literal('service'), verb: z.enum(SERVICE_VERBS), service: z.string().max(64) }),
  z.strictObject({ do: z.literal('follow'), lane }),
  z.strictObject({ do: z.literal('ask'), lane }),
  z.strictObject({ do: z.literal('cancel'), id: z.string().max(300) }),
  /** Runs the losing queue for some seconds, with one kill; all pages hear of it. */
  z.strictObject({ do: z.literal('control') }),
]);
export type Command = z.infer<typeof Command>;
