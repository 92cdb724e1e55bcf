import { backslash, carriageReturn, lineFeed, quote, space, tab } from '../json/index.ts'

/** What a line may have beyond {@link growthMax} bytes for each byte of its record. */
const lineBytesMin = 4_096
/** In `eventjson` and in its column a byte can become two. */
const growthMax = 5

/** Lines of JSON that are being written, one behind the other. Whoever writes makes room for each line before. */
export class LineBuffer {
  #bytes: Uint8Array = new Uint8Array(lineBytesMin)
  /** May be set back, to take away what was written last. */
  length = 0

  /** The byte that was written last. */
  get last(): number {
    return this.#bytes[this.length - 1] ?? 0
  }

  /** Bytes, valid until room is reserved. */
  view(from: number, to: number): Uint8Array {
    return this.#bytes.subarray(from, to)
  }

  byte(byte: number): void {
    this.#bytes[this.length++] = byte
  }

  bytes(source: Uint8Array, from: number, to: number): void {
    const out = this.#bytes
    // `| 0` keeps the engine from looking for numbers beyond 32 bits: a third of the time.
    let length = this.length | 0
    for (let at = from | 0; at < to; at = (at + 1) | 0) {
      out[length] = source[at] ?? 0
      length = (length + 1) | 0
    }
    this.length = length
  }

  /** Adds JSON as it stands inside of a string: the only control characters in it are white space. */
  escaped(source: Uint8Array, from: number, to: number): void {
    const out = this.#bytes
    let length = this.length | 0
    for (let at = from | 0; at < to; at = (at + 1) | 0) {
      const byte = source[at] ?? 0
      if (isEscaped[byte] === 1) {
        out[length] = backslash
        length = (length + 1) | 0
      }
      out[length] = letterOf[byte] ?? 0
      length = (length + 1) | 0
    }
    this.length = length
  }

  text(text: string): void {
    this.length += encoder.encodeInto(text, this.#bytes.subarray(this.length)).written
  }

  /** Makes room for the line of a record of so many bytes. */
  reserve(recordBytes: number): void {
    const needed = this.length + recordBytes * growthMax + lineBytesMin
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes.subarray(0, this.length))
    this.#bytes = grown
  }
}

const encoder = new TextEncoder()

/** Whether a byte of JSON has a backslash before it inside of a string, and what it is there. */
const isEscaped = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === quote || byte === backslash || byte < space ? 1 : 0,
)
const letterOf = Uint8Array.from({ length: 256 }, (_, byte) => byte)
letterOf[lineFeed] = 0x6e
letterOf[carriageReturn] = 0x72
letterOf[tab] = 0x74
