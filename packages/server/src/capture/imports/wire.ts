/** What a caller of the import endpoint needs: the form of its body and of the lines it answers. Loads nothing heavy. */
export { type FileStreamPart, writeFileStream } from './file-stream.ts'
export type { ImportCounts, ImportEvent, ImportedFile, ImportProblem, ImportSummary } from './import-report.ts'
