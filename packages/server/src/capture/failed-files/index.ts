export { createFailedFiles, type FailedFiles } from './failed-files.ts'
