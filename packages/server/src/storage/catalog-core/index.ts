export { type Journal, QueuedCatalog, type StoredCatalog, type StoredVersion } from './queued-catalog.ts'
export type { DecidedChange, Write } from './write.ts'
