import { constants } from 'node:zlib'

/**
 * How zlib is asked for output of a size that is known: in one piece, for growing step by step takes twice as long, with
 * a byte to spare by which it knows that there is no more. What turns out larger comes all the same, up to `bytesMax`.
 */
export function inOnePiece(
  bytes: number,
  bytesMax = bytes,
): { readonly maxOutputLength: number; readonly chunkSize: number } {
  return { maxOutputLength: Math.max(1, bytesMax), chunkSize: Math.max(constants.Z_MIN_CHUNK, bytes + 1) }
}

/** Log files expand 10 to 60 times. */
const ratioMax = 64

/**
 * What the end of a gzip file says of its content's size, as far as that is likely: a forged size must not make us ask for
 * much, nor for very little many times. Where something stands behind the first member it is off.
 *
 * @source RFC 1952, 2.3.1 (ISIZE)
 */
export function statedBytes(gzip: Uint8Array): number {
  const { buffer, byteOffset, length } = gzip
  const stated = length < 4 ? 0 : new DataView(buffer, byteOffset + length - 4).getUint32(0, true)
  return Math.min(Math.max(stated, length), length * ratioMax)
}
