export type { FollowFailure, FollowProgress, FollowTelemetry } from './follow.ts'
export type { SourceStore } from './source.ts'
export {
  createStoreImports,
  type FollowStatus,
  type StoreImportRequest,
  type StoreImports,
  type StoreImportsOptions,
} from './store-imports.ts'
