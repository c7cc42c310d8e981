import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { onPath } from './compose/src/tools.ts';
import Order from './compose/test/e2e/order.ts';

// Workspaces import each other's sources in tests, their built files in production.
const resolve = { conditions: ['source'] };
const ssr = { resolve };

// What only containers have, and what processes have where somebody installed it.
const watched = onPath('prometheus') && ['redis_exporter', 'prometheus-redis-exporter'].some(onPath);
const onlyInContainers = [
  '**/{clean,containers,images,metrics}.test.ts',
  ...(watched ? [] : ['**/dashboards.test.ts']),
];
// What holds for make whatever the services run as: processes, because they are sooner up. E2E_LONG: in containers, too.
const once = process.env.E2E_LONG ? [] : ['compose/test/e2e/once/**'];
const long = process.env.E2E_LONG ? [] : ['compose/test/e2e/long/**'];
// Threads that tests start read the same sources, not what was built last.
const execArgv = ['--conditions=source'];
// Programs in Node that tests start: compiled code that is kept saves a third of what a start costs.
const env = { NODE_COMPILE_CACHE: join(tmpdir(), 'heavy-lifter-compile-cache') };

export default defineConfig({
  test: {
    sequence: { sequencer: Order },
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          env,
          execArgv,
          include: ['*/test/**/*.test.ts'],
          exclude: ['compose/test/e2e/**', '**/node_modules/**'],
          // Real Redis, Rust binaries and Worker threads start here; the limits are for hangs, nothing is timed.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          env,
          include: ['compose/test/e2e/**/*.test.ts'],
          exclude: [...long, ...(process.env.E2E_RUNTIME === 'docker' ? once : onlyInContainers)],
          globalSetup: 'compose/test/e2e/leftovers.ts',
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // One stack at a time, as for users.
          fileParallelism: false,
        },
      },
    ],
  },
});
