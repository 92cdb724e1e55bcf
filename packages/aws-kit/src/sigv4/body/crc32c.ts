/*
 * CRC-32C (Castagnoli), byte by byte: clients choose it rarely, and hashing a body costs more than this does.
 *
 * @source RFC 3720, appendix B.4
 */

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})

/** Checksum of `bytes`, going on from `seed`, the checksum of what comes before. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed
  for (const byte of bytes) crc = (table[(crc ^ byte) & 255] as number) ^ (crc >>> 8)
  return ~crc >>> 0
}
