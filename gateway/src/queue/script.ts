import type { Redis } from 'ioredis';

/** What a script takes as arguments and what it may answer, as ioredis gives it. */
export type Argument = string | number;
export type Reply = string | number | null | Reply[];
export type Script = (redis: Redis, keys: string[], args: Argument[]) => Promise<Reply>;

/**
 * A Lua script as a function. One call is one round trip and, for Redis, one moment. It is sent by its hash, and whole to
 * a Redis that does not know it yet, which is ioredis' doing. `name` must be no command's.
 */
export function script(name: string, lua: string): Script {
  return (redis, keys, args) => {
    // Defined where it is first used: a connection that is made anew needs nothing else.
    if (!(name in redis)) redis.defineCommand(name, { lua });
    const commands = redis as unknown as Record<string, (...all: Argument[]) => Promise<Reply>>;
    return (commands[name] as (...all: Argument[]) => Promise<Reply>).call(redis, keys.length, ...keys, ...args);
  };
}

/** Fields and values in turn, as Redis lists a hash. */
export function pairs(list: Reply): Record<string, string> {
  const flat = list as string[];
  const fields: Record<string, string> = {};
  for (let at = 0; at < flat.length; at += 2) fields[flat[at] as string] = flat[at + 1] as string;
  return fields;
}
