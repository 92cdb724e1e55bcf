export { athenaPartitions, athenaSchema } from '../sql/index.ts'
export { type Athena, type AthenaRequest, type AthenaStatement, createAthena } from './athena.ts'
export { runFailureReason } from './failure-reason.ts'
export type { AthenaSource, NamedTable } from './find-source.ts'
