/*
 * CRC-64/NVME: reflected, polynomial 0xAD93D23594C93659, start and final xor all ones.
 * JavaScript has no fast 64-bit integers, so every value is a pair of 32-bit halves. Eight bytes are taken a step: a
 * table for each distance of a byte from the end of the step.
 *
 * @source NVM Express, NVM Command Set Specification, 64b CRC
 */

const polynomialHigh = 0x9a6c9329
const polynomialLow = 0xac4bc9b5

interface Table {
  readonly high: Int32Array
  readonly low: Int32Array
}

function table(distance: number): Table {
  const result = { high: new Int32Array(256), low: new Int32Array(256) }
  for (let byte = 0; byte < 256; byte++) {
    let high = 0
    let low = byte
    for (let bit = 0; bit < 8 * (distance + 1); bit++) {
      const isOdd = (low & 1) === 1
      low = (low >>> 1) | (high << 31)
      high >>>= 1
      if (isOdd) {
        high ^= polynomialHigh
        low ^= polynomialLow
      }
    }
    result.high[byte] = high
    result.low[byte] = low
  }
  return result
}

const [t0, t1, t2, t3, t4, t5, t6, t7] = [
  table(0),
  table(1),
  table(2),
  table(3),
  table(4),
  table(5),
  table(6),
  table(7),
]

/** Indexes below stay inside their arrays, so the `undefined` the compiler sees cannot occur. */
const at = (values: Int32Array | Uint8Array, index: number): number => values[index] as number

const word = (bytes: Uint8Array, index: number): number =>
  at(bytes, index) | (at(bytes, index + 1) << 8) | (at(bytes, index + 2) << 16) | (at(bytes, index + 3) << 24)

/** Running checksum; `digest` gives the eight bytes in network order. */
export class Crc64Nvme {
  #high = -1
  #low = -1

  update(bytes: Uint8Array): void {
    let high = this.#high
    let low = this.#low
    let index = 0
    for (const end = bytes.length - 7; index < end; index += 8) {
      const a = low ^ word(bytes, index)
      const b = high ^ word(bytes, index + 4)
      const [a0, a1, a2, a3] = [a & 255, (a >>> 8) & 255, (a >>> 16) & 255, a >>> 24]
      const [b0, b1, b2, b3] = [b & 255, (b >>> 8) & 255, (b >>> 16) & 255, b >>> 24]
      high =
        at(t7.high, a0) ^
        at(t6.high, a1) ^
        at(t5.high, a2) ^
        at(t4.high, a3) ^
        at(t3.high, b0) ^
        at(t2.high, b1) ^
        at(t1.high, b2) ^
        at(t0.high, b3)
      low =
        at(t7.low, a0) ^
        at(t6.low, a1) ^
        at(t5.low, a2) ^
        at(t4.low, a3) ^
        at(t3.low, b0) ^
        at(t2.low, b1) ^
        at(t1.low, b2) ^
        at(t0.low, b3)
    }
    for (; index < bytes.length; index++) {
      const slot = (low ^ at(bytes, index)) & 255
      low = ((low >>> 8) | (high << 24)) ^ at(t0.low, slot)
      high = (high >>> 8) ^ at(t0.high, slot)
    }
    this.#high = high
    this.#low = low
  }

  digest(): Buffer {
    const out = Buffer.alloc(8)
    out.writeInt32BE(~this.#high, 0)
    out.writeInt32BE(~this.#low, 4)
    return out
  }
}
