import { defineConfig } from 'vitest/config';
import { onPath } from './compose/src/tools.ts';

// Workspaces import each other's sources in tests, their built files in production.
const resolve = { conditions: ['source'] };
const ssr = { resolve };

// What only containers have, and what processes have where somebody installed it.
const watched = onPath('prometheus') && ['redis_exporter', 'prometheus-redis-exporter'].some(onPath);
const onlyInContainers = ['**/{containers,images,metrics}.test.ts', ...(watched ? [] : ['**/dashboards.test.ts'])];

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
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
          include: ['compose/test/e2e/**/*.test.ts'],
          exclude: process.env.E2E_RUNTIME === 'docker' ? [] : onlyInContainers,
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
