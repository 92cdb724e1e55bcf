const quotes = 0x22222222
const backslashes = 0x5c5c5c5c
const spaces = 0x20202020
const ones = 0x01010101
const tops = 0x80808080 | 0

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** Finds what ends a stretch of plain characters in a JSON string. */
export interface StringSearch {
  /** Takes the bytes that are searched from now on; they share a buffer with others often, which costs nothing. */
  turnTo(bytes: Uint8Array): void
  /** Position of the next quote, backslash or control character from `from` on; `to` or more where there is none. */
  next(from: number, to: number): number
}

/**
 * Four bytes a step: in x - 1 & ~x the top bit of the lowest byte that is set tells the first zero of x, and in
 * x - 32 & ~x the first byte below 32. Bits above it may be wrong, so it is the lowest that counts.
 */
export function createStringSearch(): StringSearch {
  let held: Uint8Array = new Uint8Array(0)
  /** Of what is held, in its buffer: asking it costs as much as a step. */
  let offset = 0
  let words: Int32Array = new Int32Array(0)

  function bytewise(from: number, to: number): number {
    for (let at = from; at < to; at += 1) {
      const byte = held[at] as number
      if (byte === 0x22 || byte === 0x5c || byte < 0x20) return at
    }
    return to
  }

  return {
    turnTo(bytes) {
      const { buffer } = bytes
      if (buffer !== held.buffer) words = new Int32Array(buffer, 0, isLittleEndian ? buffer.byteLength >>> 2 : 0)
      held = bytes
      offset = bytes.byteOffset
    },
    next(from, to) {
      let place = (offset + from) >>> 2
      if (place >= words.length) return bytewise(from, to)
      // What stands before the first byte in its word is made to look plain.
      let word = (words[place] as number) | ~(-1 << (((offset + from) & 3) << 3))
      for (;;) {
        const quoted = word ^ quotes
        const escaped = word ^ backslashes
        const found = (((quoted - ones) & ~quoted) | ((escaped - ones) & ~escaped) | ((word - spaces) & ~word)) & tops
        if (found !== 0) return (place << 2) + ((31 - Math.clz32(found & -found)) >>> 3) - offset
        place += 1
        if (place >= words.length) return bytewise((place << 2) - offset, to)
        word = words[place] as number
      }
    },
  }
}
