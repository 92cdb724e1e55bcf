export { type FilesQuery, queryFiles, refusalOf } from './query-files.ts'
export { type QueriedFile, scanFiles } from './scan-files.ts'
export type { ScannedFile } from './scan-protocol.ts'
