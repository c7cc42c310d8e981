import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The file that starts when a program is called by its name; undefined where there is none. */
export function pathOf(program: string): string | undefined {
  const files = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program));
  return files.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether a program can be started by its name. */
export const onPath = (program: string) => pathOf(program) !== undefined;
