/** What each verb reads of the environment; the others are told all that they need. */
import type { Read } from '@heavy-lifter/gateway/settings';
import { readConfig } from './bench/config.ts';
import { readChaosConfig } from './chaos/config.ts';
import { readCompareConfig } from './compare/config.ts';

export const readers: Record<string, (env: NodeJS.ProcessEnv) => Read<unknown>> = {
  bench: readConfig,
  chaos: readChaosConfig,
  'chaos-control': readChaosConfig,
  'compare-plan': readCompareConfig,
  'calibrate-plan': readCompareConfig,
  'claims-plan': readConfig,
};
