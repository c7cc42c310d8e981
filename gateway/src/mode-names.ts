import { readdirSync } from 'node:fs';

const directory = new URL('./modes/', import.meta.url);
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));

/** A name is also part of variables (`PORT_POOL`), of containers and of metrics. */
const NAME = /^[a-z][a-z0-9]*$/;

/** Every file in `modes/` is a mode. */
export const modeNames: readonly string[] = readdirSync(directory)
  .filter((file) => file.endsWith(extension) && !file.endsWith('.d.ts'))
  .map((file) => checked(file.slice(0, -extension.length)))
  .sort();

function checked(name: string): string {
  if (NAME.test(name)) return name;
  throw new Error(`gateway/src/modes/${name}: a mode's name is small letters and digits, the first a letter`);
}

export function modeFile(name: string): URL {
  return new URL(`${name}${extension}`, directory);
}
