export { copySqliteFile } from './copy.ts'
export { openSqliteFile } from './open.ts'
export { openPrivate } from './open-private.ts'
