import { defineConfig } from 'vitest/config'

/**
 * `unit`: pure code, a minute. `contract`: what every store must do, with random questions; `elastic`: the same on a
 * real Elasticsearch, which it starts. `equal`: what is asked over HTTP and seen in a browser, on both stores; needs
 * `npm run build:sample`. `system`: whole processes, real clients, faults; needs `npm run build`. `e2e`: the
 * screens in a real browser, over the sample; needs it too.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: [
            'tests/system/**',
            'tests/contract/**',
            'tests/bench/**',
            'tests/e2e/**',
            'tests/elastic/**',
            'tests/equal/**',
          ],
          testTimeout: 60_000,
          setupFiles: ['tests/support/fuzz-seed.ts'],
        },
      },
      {
        test: {
          name: 'contract',
          include: ['tests/contract/**/*.test.ts'],
          exclude: ['tests/contract/elastic.test.ts'],
          testTimeout: 60_000,
          setupFiles: ['tests/support/fuzz-seed.ts'],
        },
      },
      {
        test: {
          name: 'elastic',
          include: ['tests/contract/elastic.test.ts', 'tests/elastic/**/*.test.ts'],
          globalSetup: ['tests/support/elasticsearch/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          setupFiles: ['tests/support/fuzz-seed.ts'],
        },
      },
      {
        test: {
          name: 'equal',
          include: [
            'tests/equal/**/*.test.ts',
            // Who only looks at the sample sees the same whatever store it is in.
            'tests/e2e/stories.test.ts',
          ],
          globalSetup: ['tests/equal/both-stores.ts'],
          setupFiles: ['tests/equal/skip-without-server.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/e2e/sample-server.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
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
