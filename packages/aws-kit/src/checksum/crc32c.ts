/**
 * CRC32C (Castagnoli), sixteen bytes a step over 32-bit words: as quick here as zlib's native CRC-32 on payloads of
 * one event (2 GB/s), five times as quick as a byte-wise table.
 *
 * @source RFC 3720, appendix B.4
 */

const polynomial = 0x82f63b78

const at = (words: Int32Array, index: number) => words[index] as number

function table(step: number): Int32Array {
  const result = new Int32Array(256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8 * (step + 1); bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    result[byte] = crc
  }
  return result
}

// Sixteen names rather than an array of tables: the second index would cost a third of the speed.
const [t0, t1, t2, t3] = [table(0), table(1), table(2), table(3)]
const [t4, t5, t6, t7] = [table(4), table(5), table(6), table(7)]
const [t8, t9, t10, t11] = [table(8), table(9), table(10), table(11)]
const [t12, t13, t14, t15] = [table(12), table(13), table(14), table(15)]

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/**
 * Checksum of `bytes[start, end)`. `seed` is the checksum of what comes before, so that
 * `crc32c(b, 0, n) === crc32c(b, k, n, crc32c(b, 0, k))`.
 */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length, seed = 0): number {
  let crc = ~seed
  let index = start
  if (isLittleEndian && end - start >= 32) {
    while ((bytes.byteOffset + index) & 3) crc = at(t0, (crc ^ (bytes[index++] as number)) & 255) ^ (crc >>> 8)
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + index, (end - index) >> 2)
    const stop = words.length - 3
    let word = 0
    for (; word < stop; word += 4) {
      const a = crc ^ at(words, word)
      const b = at(words, word + 1)
      const c = at(words, word + 2)
      const d = at(words, word + 3)
      crc =
        at(t15, a & 255) ^
        at(t14, (a >>> 8) & 255) ^
        at(t13, (a >>> 16) & 255) ^
        at(t12, a >>> 24) ^
        at(t11, b & 255) ^
        at(t10, (b >>> 8) & 255) ^
        at(t9, (b >>> 16) & 255) ^
        at(t8, b >>> 24) ^
        at(t7, c & 255) ^
        at(t6, (c >>> 8) & 255) ^
        at(t5, (c >>> 16) & 255) ^
        at(t4, c >>> 24) ^
        at(t3, d & 255) ^
        at(t2, (d >>> 8) & 255) ^
        at(t1, (d >>> 16) & 255) ^
        at(t0, d >>> 24)
    }
    index += word * 4
  }
  for (; index < end; index++) crc = at(t0, (crc ^ (bytes[index] as number)) & 255) ^ (crc >>> 8)
  return ~crc >>> 0
}
