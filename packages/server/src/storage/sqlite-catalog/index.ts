export { openSqliteCatalog, type SqliteCatalog } from './sqlite-catalog.ts'
