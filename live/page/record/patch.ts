/**
 * What differs between two JSON values of a like shape: `[value]` replaces, `{key: patch}` goes on inside, undefined is
 * no difference. Lists of the same length are compared by their places. A key that is gone makes its object be replaced.
 */
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Patch = [Json] | { [key: string]: Patch } | undefined;

type Parts = Record<string, Json>;

export function difference(before: unknown, after: unknown): Patch {
  if (before === after) return undefined;
  if (!alike(before, after)) return [after as Json];
  const patch: Record<string, Patch> = {};
  for (const [key, value] of Object.entries(after as Parts)) {
    const part = difference((before as Parts)[key], value);
    if (part !== undefined) patch[key] = part;
  }
  return Object.keys(patch).length ? patch : undefined;
}

/** The value that the patch was made of; what did not change is shared with the one before. */
export function patched(before: unknown, patch: Patch): unknown {
  if (patch === undefined) return before;
  if (Array.isArray(patch)) return patch[0];
  const after: Parts = Array.isArray(before) ? ([...before] as unknown as Parts) : { ...(before as Parts) };
  for (const [key, part] of Object.entries(patch)) after[key] = patched((before as Parts)[key], part) as Json;
  return after;
}

function alike(before: unknown, after: unknown): boolean {
  if (typeof before !== 'object' || typeof after !== 'object' || !before || !after) return false;
  if (Array.isArray(before) || Array.isArray(after)) {
    return Array.isArray(before) && Array.isArray(after) && before.length === after.length;
  }
  return Object.keys(before).every((key) => key in after);
}
