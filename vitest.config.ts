import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*/test/**/*.test.ts'],
    // Real Redis, Rust binaries and Worker threads start here; the limit is for hangs, nothing is timed.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
  // Workspaces import each other's sources in tests, their built files in production.
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
});
