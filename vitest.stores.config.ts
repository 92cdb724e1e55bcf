import { defineConfig } from 'vitest/config'

/** Real S3 servers of others: `npm run test:stores`. */
// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: { include: ['tests/stores/*.stores.ts'], testTimeout: 60_000, hookTimeout: 90_000, teardownTimeout: 10_000 },
})
