export type { Disk, DiskFile } from './disk.ts'
export { createNodeDisk } from './node-disk.ts'
export { openSegmentLog, type SegmentLog, type SegmentLogOptions, type SegmentLogTelemetry } from './segment-log.ts'
export { createSealedReader, type SealedBlock, type SealedReader } from './sealed-reader.ts'
