export { daysOf, isWithin } from './days.ts'
export { findSeries, isFile, pages, type Series } from './find-series.ts'
export type { FollowFailure, FollowProgress, FollowTelemetry } from './follow.ts'
export { sideBySide } from './side-by-side.ts'
export type { Source, SourceStore } from './source.ts'
export {
  createStoreImports,
  type FollowRequest,
  type FollowStatus,
  type StoreImportRequest,
  type StoreImports,
  type StoreImportsOptions,
} from './store-imports.ts'
export { flat, listNew, takeFiles } from './take-files.ts'
