/** What a caller of the endpoint needs: the form of its answer. Loads nothing. */
export type { FailedFile } from './failed-files.ts'
