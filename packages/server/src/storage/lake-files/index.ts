export { checkTables } from './check-tables.ts'
export { openLakeFiles } from './lake-files.ts'
export { TablesWriter } from './tables-writer.ts'
export { createTemporaryLakeFiles } from './temporary-lake-files.ts'
