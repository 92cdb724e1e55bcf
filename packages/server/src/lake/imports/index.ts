export type { ImportFailure, ImportStatistics, LakeImport, LakeImportState } from './lake-import.ts'
export {
  createLakeImports,
  type LakeImportRequest,
  type LakeImports,
  type LakeImportTelemetry,
} from './lake-imports.ts'
