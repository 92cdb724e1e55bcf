export { type Journal, QueuedCatalog, type StoredVersion } from './queued-catalog.ts'
export type { DecidedChange } from './write.ts'
