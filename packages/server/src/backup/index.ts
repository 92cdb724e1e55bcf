export { type BackupSource, backUp } from './back-up.ts'
export { restoreBackup } from './restore-backup.ts'
export { folderBytes } from './tree.ts'
