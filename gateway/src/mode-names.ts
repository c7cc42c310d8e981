import { readdirSync } from 'node:fs';

const directory = new URL('./modes/', import.meta.url);
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));

/** Every file in `modes/` is a mode. */
export const modeNames: readonly string[] = readdirSync(directory)
  .filter((file) => file.endsWith(extension) && !file.endsWith('.d.ts'))
  .map((file) => file.slice(0, -extension.length))
  .sort();

export function modeFile(name: string): URL {
  return new URL(`${name}${extension}`, directory);
}
