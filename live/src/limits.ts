/** What the page and its server both go by. Without imports, so that the browser's bundle has nothing else of it. */

/** Milliseconds of the JavaScript kernel on one core of this machine. The last one is for `queue` alone. */
export const TASK_MS = [20, 100, 500, 2_000, 10_000] as const;
export const DEFAULT_TASK_MS = 100;
export const MAX_TASK_MS_DIRECT = 2_000;
export const MAX_USERS = 200;
/** A barrage: so many users more, for so long. */
export const BARRAGE = { users: 100, ms: 10_000 } as const;
export const SNAPSHOTS_PER_S = 4;
export const HEARTBEATS_PER_S = 20;
/** Without an answer for so long, a heartbeat is a hole; for so much longer, it has none. */
export const HOLE_MS = 250;
export const NONE_MS = 5_000;
/** Asked or read so much too late by ourselves, a heartbeat says nothing of the gateway. */
export const OURS_MS = 20;
export const SERVICE_VERBS = ['kill', 'term', 'pause', 'resume', 'stop', 'start'] as const;
export type ServiceVerb = (typeof SERVICE_VERBS)[number];
