import { promisify } from 'node:util'
import { constants, zstdCompressSync, zstdDecompress } from 'node:zlib'
import { inOnePiece } from '../../runtime/one-piece.ts'

/** How sealed blocks are made small. */
export interface Compression {
  /** At once: handing a block of 32 KiB to another thread takes longer than compressing it. Into a buffer of its own. */
  compress(bytes: Uint8Array): Buffer<ArrayBuffer>
  /**
   * `rawBytes` is the size it had; more is refused, so a damaged block cannot fill the memory. What was compressed in
   * pieces that stand behind each other may be inflated as one, where the decompressor can: less comes back where not.
   */
  inflate(bytes: Uint8Array, rawBytes: number): Promise<Buffer>
}

const inflate = promisify(zstdDecompress)

/** zstd, at the level where it is quicker than the disk. */
export const zstd: Compression = {
  compress: (bytes) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
  inflate: (bytes, rawBytes) => inflate(bytes, inOnePiece(rawBytes)),
}
