export { type FilesQuery, queryFiles, refusalOf } from './query-files.ts'
export { type QueriedFile, type ScannedFiles, scanFiles } from './scan-files.ts'
export type { ScannedFile } from './scan-protocol.ts'
