export { copySqliteFile } from './copy.ts'
export { openSqliteFile } from './open.ts'
