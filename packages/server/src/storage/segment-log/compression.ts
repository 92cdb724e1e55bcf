import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'

/** How sealed blocks are made small. */
export interface Compression {
  compress(bytes: Uint8Array): Promise<Buffer>
  /**
   * `rawBytes` is the size it had; more is refused, so a damaged block cannot fill the memory. What was compressed in
   * pieces that stand behind each other may be inflated as one, where the decompressor can: less comes back where not.
   */
  inflate(bytes: Uint8Array, rawBytes: number): Promise<Buffer>
}

const compress = promisify(zstdCompress)
const inflate = promisify(zstdDecompress)

/** The least that zlib takes. */
const pieceBytesMin = 64

/** zstd on the thread pool, at the level where it is quicker than the disk. */
export const zstd: Compression = {
  compress: (bytes) => compress(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
  // One piece of output, with a byte to spare by which zlib knows that there is no more: pieces cost a turn each.
  inflate: (bytes, rawBytes) =>
    inflate(bytes, { maxOutputLength: Math.max(1, rawBytes), chunkSize: Math.max(pieceBytesMin, rawBytes + 1) }),
}
