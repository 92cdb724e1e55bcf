import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'

/** How sealed blocks are made small. */
export interface Compression {
  compress(bytes: Uint8Array): Promise<Buffer>
  /** `rawBytes` is the size it had; more is refused, so a damaged block cannot fill the memory. */
  inflate(bytes: Uint8Array, rawBytes: number): Promise<Buffer>
}

const compress = promisify(zstdCompress)
const inflate = promisify(zstdDecompress)

/** zstd on the thread pool, at the level where it is quicker than the disk. */
export const zstd: Compression = {
  compress: (bytes) => compress(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
  inflate: (bytes, rawBytes) => inflate(bytes, { maxOutputLength: Math.max(1, rawBytes) }),
}
