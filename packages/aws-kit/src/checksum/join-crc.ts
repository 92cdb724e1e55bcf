/** CRCs that S3 keeps of whole objects: reflected, started from ones and inverted at the end. */
const kinds = {
  crc32: { bits: 32n, polynomial: 0xedb8_8320n },
  crc32c: { bits: 32n, polynomial: 0x82f6_3b78n },
  crc64nvme: { bits: 64n, polynomial: 0x9a6c_9329_ac4b_c9b5n },
} as const

export type JoinableCrc = keyof typeof kinds

/** A stretch of bytes and the CRC of them, in base64 of big-endian bytes as S3 writes it. */
export interface SummedPart {
  readonly value: string
  readonly bytes: number
}

export function isJoinableCrc(name: string): name is JoinableCrc {
  return Object.hasOwn(kinds, name)
}

/**
 * The CRC of parts one behind the other, from those of the parts: bytes behind a part are a multiplication by x^8 each,
 * in the field that the polynomial makes. No byte is read again.
 *
 * @source zlib, crc32_combine
 */
export function joinCrcs(name: JoinableCrc, parts: readonly SummedPart[]): string {
  const { bits } = kinds[name]
  let joined = 0n
  for (const { value, bytes } of parts) {
    const own = BigInt(`0x${Buffer.from(value, 'base64').toString('hex') || '0'}`)
    joined = multiply(name, power(name, bytes), joined) ^ own
  }
  const hex = joined.toString(16).padStart(Number(bits) / 4, '0')
  return Buffer.from(hex, 'hex').toString('base64')
}

/** Product of two polynomials whose highest power is the lowest bit. */
function multiply(name: JoinableCrc, left: bigint, right: bigint): bigint {
  const { bits, polynomial } = kinds[name]
  let product = 0n
  let factor = right
  for (let bit = 1n << (bits - 1n); bit > 0n; bit >>= 1n) {
    if ((left & bit) !== 0n) product ^= factor
    factor = (factor & 1n) === 1n ? (factor >> 1n) ^ polynomial : factor >> 1n
  }
  return product
}

/** x to the power of 8 for each of `bytes`. */
function power(name: JoinableCrc, bytes: number): bigint {
  const { bits } = kinds[name]
  let result = 1n << (bits - 1n)
  let square = 1n << (bits - 9n)
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(name, result, square)
    square = multiply(name, square, square)
  }
  return result
}
