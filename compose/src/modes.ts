/** What MODE stands for: one mode, or several side by side. */
import { modeNames } from '@heavy-lifter/gateway/mode-names';
import type { Settings } from './settings.ts';

/** The original's four architectures, side by side under MODE=all and one after the other in the scoreboard. */
export const architectures = ['unpooled', 'pool', 'microservice', 'queue'];

/** Every mode, in the order of their ports side by side: those that the manual names first, so that they keep theirs. */
const NAMED = [...architectures, 'inline', 'wasm', 'native'];
export const sideBySide = [...NAMED, ...modeNames.filter((name) => !NAMED.includes(name))];

/** Not a mode: the stack in which this machine's ceilings are measured, for `make compare` and `make calibrate`. */
export const CEILINGS = 'ceilings';

/** Not a mode: MODES side by side with the page that drives them, for `make live` and `make tour`. */
export const LIVE = 'live';

/** The modes whose services run at the same time. */
export function modesOf({ MODE, MODES }: Pick<Settings, 'MODE' | 'MODES'>): string[] {
  if (MODE === 'all') return architectures;
  return MODE === LIVE ? [...new Set(MODES?.split(',').filter(Boolean))] : [MODE];
}

/** The service that computes in MODE=microservice. */
export const microserviceOf = ({ IMPLEMENTATION }: Pick<Settings, 'IMPLEMENTATION'>) =>
  IMPLEMENTATION === 'js' ? 'node-service' : 'rust-microservice';

/** The settings of a scoreboard's row: of a mode, or of `microservice-js`, which is a mode and a language. */
export function rowOf(settings: Settings, name: string): Settings {
  const [MODE = '', language] = name.split('-');
  return { ...settings, MODE, ...(language === 'js' ? { IMPLEMENTATION: language } : {}) };
}

/** The settings that hold a gateway's ports: side by side each mode has its own. */
export function portNames(mode: string, { MODE }: Settings): { port: 'PORT'; adminPort: 'ADMIN_PORT' } {
  const suffix = (MODE === 'all' || MODE === LIVE ? `_${mode.toUpperCase()}` : '') as '';
  return { port: `PORT${suffix}`, adminPort: `ADMIN_PORT${suffix}` };
}
