export { hasImport, type ImportFailure, type LakeImport } from './lake-import.ts'
export { createLakeImports, type LakeImportRequest, type LakeImports } from './lake-imports.ts'
