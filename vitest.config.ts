import { defineConfig } from 'vitest/config'

/**
 * Shared by every project: a test that never ends, or that leaves a handle open, is a failure. What is polled for may take
 * its time on a busy machine.
 */
const limits = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  teardownTimeout: 5_000,
  expect: { poll: { timeout: 10_000 } },
}

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    // Vitest would leave one processor free, which on two of them is half of the time.
    maxWorkers: '100%',
    projects: [
      { test: { name: 'unit', include: ['packages/*/src/**/*.test.ts'], ...limits } },
      {
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts'],
          ...limits,
          testTimeout: 60_000,
        },
      },
    ],
  },
})
