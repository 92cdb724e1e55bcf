export type { ImportKey, Seen } from './batch-intake.ts'
export type { LeftOut } from './fate.ts'
export { type ImportFile, readFileStream } from './file-stream.ts'
export type {
  ImportCounts,
  ImportEvent,
  ImportedFile,
  ImportProblem,
  ImportProblemCode,
  ImportSummary,
} from './import-report.ts'
export {
  createImports,
  type ImportDestination,
  type ImportRequest,
  type Imports,
  type ImportsOptions,
  type ImportTelemetry,
} from './imports.ts'
export { wholeContent } from './inflate.ts'
export { parseFile, parseLimits } from './parse-file.ts'
export { isAccount } from './parsed-batch.ts'
