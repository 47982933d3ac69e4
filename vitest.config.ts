import { defineConfig } from 'vitest/config'

/**
 * `unit`: pure code, a minute. `contract`: what every store must do, with random questions. `system`: whole
 * processes, real clients, faults; needs `npm run build`.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/system/**', 'tests/contract/**', 'tests/bench/**'],
          testTimeout: 60_000,
          setupFiles: ['tests/support/fuzz-seed.ts'],
        },
      },
      {
        test: {
          name: 'contract',
          include: ['tests/contract/**/*.test.ts'],
          testTimeout: 60_000,
          setupFiles: ['tests/support/fuzz-seed.ts'],
        },
      },
      {
        test: {
          name: 'system',
          include: ['tests/system/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
