export { openMarkDatabase } from './mark-database.ts'
export { createSqliteMarkSet } from './sqlite-mark-set.ts'
