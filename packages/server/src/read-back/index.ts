export { createReadBack, type ReadBack } from './read-back.ts'
export type { ReadBackReport } from './report.ts'
