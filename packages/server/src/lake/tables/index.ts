export { createLake, type Lake, type LakeTelemetry } from './lake.ts'
export type { LakeTables, ParquetPart, TableSnapshot } from './lake-tables.ts'
