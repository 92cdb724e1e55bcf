/*
 * CBOR (RFC 8949) as rpcV2Cbor uses it:
 *
 *     item  = head [ content ]                ; head: 3 bits of type, 5 bits of size or count
 *     type  = 0 integer / 1 negative / 2 bytes / 3 text / 4 array / 5 map / 6 tag / 7 simple or float
 *     count = 0…23 / 24 u8 / 25 u16 / 26 u32 / 27 u64 / 31 until a break (0xff)
 *
 * Tag 1 is a time in epoch seconds, which is what the codecs of JSON take too, so tags are passed over.
 */

/** The deepest model needs 12. */
const depthMax = 64

/** A hostile count says four thousand million; what is not there ends the item anyway, so this bounds memory alone. */
const itemsMax = 100_000

/** What follows cannot be read: the head is cut off here, or is no CBOR. */
class EndOfHead extends Error {}

const breakMark = Symbol('break')
const decoder = new TextDecoder()

/**
 * The value of a CBOR item that may be cut off anywhere: whole members up to that place. `undefined` when there is
 * nothing to be read. Never throws. Byte strings come as bytes.
 */
export function readCborHead(bytes: Uint8Array): unknown {
  const reader = new CborReader(bytes)
  try {
    const value = reader.read(0)
    return value === breakMark ? undefined : value
  } catch (cause) {
    if (cause instanceof EndOfHead) return undefined
    throw cause
  }
}

class CborReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0
  #items = 0
  #isEnded = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  read(depth: number): unknown {
    this.#items += 1
    if (depth > depthMax || this.#items > itemsMax) throw new EndOfHead()
    const head = this.#take(1)
    const first = this.#bytes[head] ?? 0
    const [type, detail] = [first >> 5, first & 0x1f]
    if (type === 7) return this.#readSimple(detail)
    const count = this.#readCount(detail)
    switch (type) {
      case 0:
        return this.#required(count)
      case 1:
        return -1 - this.#required(count)
      case 2:
        return count === undefined ? this.#readChunks(depth) : this.#readBytes(count)
      case 3:
        return decoder.decode(count === undefined ? this.#readChunks(depth) : this.#readBytes(count))
      case 4:
        return this.#readArray(count, depth)
      case 5:
        return this.#readMap(count, depth)
      default:
        return this.read(depth + 1)
    }
  }

  /** What an array holds up to where the head ends: what was read so far is kept, and so on outwards. */
  #readArray(count: number | undefined, depth: number): unknown[] {
    const items: unknown[] = []
    this.#untilEnd(count, () => {
      const item = this.read(depth + 1)
      if (item === breakMark) return false
      items.push(item)
      return true
    })
    return items
  }

  #readMap(count: number | undefined, depth: number): object {
    const entries: [string, unknown][] = []
    this.#untilEnd(count, () => {
      const key = this.read(depth + 1)
      if (key === breakMark) return false
      entries.push([String(key), this.read(depth + 1)])
      return true
    })
    return Object.fromEntries(entries)
  }

  #untilEnd(count: number | undefined, readOne: () => boolean): void {
    try {
      for (let index = 0; !this.#isEnded && (count === undefined || index < count); index += 1) {
        if (!readOne()) return
      }
    } catch (cause) {
      if (!(cause instanceof EndOfHead)) throw cause
      this.#isEnded = true
    }
  }

  #readChunks(depth: number): Uint8Array {
    const chunks: Uint8Array[] = []
    for (;;) {
      const chunk = this.read(depth + 1)
      if (chunk === breakMark) return Buffer.concat(chunks)
      chunks.push(chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk)))
    }
  }

  #readSimple(detail: number): unknown {
    switch (detail) {
      case 20:
        return false
      case 21:
        return true
      case 25:
        return halfFloat(this.#view.getUint16(this.#take(2)))
      case 26:
        return this.#view.getFloat32(this.#take(4))
      case 27:
        return this.#view.getFloat64(this.#take(8))
      case 31:
        return breakMark
      default:
        return null
    }
  }

  /** `undefined`: until a break. */
  #readCount(detail: number): number | undefined {
    if (detail < 24) return detail
    switch (detail) {
      case 24:
        return this.#view.getUint8(this.#take(1))
      case 25:
        return this.#view.getUint16(this.#take(2))
      case 26:
        return this.#view.getUint32(this.#take(4))
      case 27:
        return Number(this.#view.getBigUint64(this.#take(8)))
      case 31:
        return undefined
      default:
        throw new EndOfHead()
    }
  }

  #required(count: number | undefined): number {
    if (count === undefined) throw new EndOfHead()
    return count
  }

  #readBytes(length: number): Uint8Array {
    const start = this.#take(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** Passes `length` bytes and gives where they begin. */
  #take(length: number): number {
    if (this.#isEnded || length > this.#bytes.byteLength - this.#at) throw new EndOfHead()
    this.#at += length
    return this.#at - length
  }
}

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
