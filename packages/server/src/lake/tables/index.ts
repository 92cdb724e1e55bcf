export { createLake, type Lake } from './lake.ts'
export type { LakeTables, ParquetPart, TableSnapshot } from './lake-tables.ts'
