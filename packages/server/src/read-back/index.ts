export { createReadBack, type ReadBack, type ReadBackOptions, type ReadBackTelemetry } from './read-back.ts'
export type { ReadBackFinding, ReadBackReport } from './report.ts'
