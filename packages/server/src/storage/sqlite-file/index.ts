export { openSqliteFile } from './open.ts'
