export { type Disk, type DiskFile, errorCode, isNoSpace, publish, readRange, temporarySuffix } from './disk.ts'
export { createNodeDisk, openFile, syncDirectory } from './node-disk.ts'
