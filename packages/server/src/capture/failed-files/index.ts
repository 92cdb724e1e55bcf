export { createFailedFiles, type FailedFile, type FailedFiles, type FileFinding } from './failed-files.ts'
