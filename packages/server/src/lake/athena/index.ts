export { type Athena, type AthenaRequest, type AthenaStatement, createAthena } from './athena.ts'
export type { AthenaSource } from './find-source.ts'
