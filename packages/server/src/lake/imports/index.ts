export {
  hasImport,
  type ImportFailure,
  type ImportStatistics,
  type LakeImport,
  type LakeImportState,
} from './lake-import.ts'
export {
  createLakeImports,
  type LakeImportRequest,
  type LakeImports,
  type LakeImportTelemetry,
} from './lake-imports.ts'
