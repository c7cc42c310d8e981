import { join } from 'node:path';
import { runDir } from './settings.ts';

/** What the supervisor runs, as the user asked for it. */
export const specFile = join(runDir, 'stack.json');
/** Where it can be spoken to; a path that fits the 104 bytes of macOS unless the checkout is very deep. */
export const socketFile = join(runDir, 'control');
export const pidFile = join(runDir, 'supervisor.pid');
