export { createSqliteMarkSet } from './sqlite-mark-set.ts'
