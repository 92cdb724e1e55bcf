export { type Athena, type AthenaRequest, type AthenaStatement, createAthena } from './athena.ts'
export { runFailureReason } from './failure-reason.ts'
export type { AthenaSource } from './find-source.ts'
