import { join, relative } from 'node:path';
import { runDir } from './settings.ts';

/** What the supervisor runs, as the user asked for it. */
export const specFile = join(runDir, 'stack.json');
/** Where it can be spoken to. Relative, as a socket's path has at most 104 bytes (macOS) however deep the checkout is. */
export const socketFile = relative(process.cwd(), join(runDir, 'control'));
export const pidFile = join(runDir, 'supervisor.pid');
