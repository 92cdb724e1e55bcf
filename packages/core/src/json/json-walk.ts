import {
  backslash,
  carriageReturn,
  closeBrace,
  closeBracket,
  colon,
  comma,
  isEscapable,
  isHexDigit,
  lineFeed,
  minus,
  nine,
  openBrace,
  openBracket,
  plus,
  point,
  quote,
  space,
  tab,
  zero,
} from './bytes.ts'

/** Thrown where a text is no JSON, or nests deeper than is followed here. Whoever reads on catches it. */
export const notPlain = new RangeError('a text is no plain JSON')

/** Real records nest less than ten levels. */
const depthMax = 64

/** Keys of one object that are compared with each other. */
const keysMax = 32

/** Digits of a whole number that a JavaScript number has exactly, and writes as they are. */
const exactDigitsMax = 15

/**
 * Walks over JSON in UTF-8, value by value, and judges it as `JSON.parse` would. Text that it finds plain is, to the
 * byte, what `JSON.stringify` would write of it.
 */
export class JsonWalk {
  source: Uint8Array = new Uint8Array(0)
  at = 0
  /** Where the key that was passed last begins, and the hash of its bytes. */
  keyFrom = 0
  keyHash = 0
  /** Set to true by whoever wants to know, and to false by everything that would be written otherwise. */
  isPlain = true
  /** Set to false by whoever wants to know, and to true by escapes of half a character. */
  hasSurrogate = false
  /** Hashes of the keys of the objects that are open, innermost last. */
  readonly #keys = new Int32Array(depthMax * keysMax)

  begin(source: Uint8Array): void {
    this.source = source
    this.at = 0
  }

  /** Passes white space, of which there is none in most records. Returns the byte behind it; `-1` at the end. */
  next(): number {
    const { source } = this
    let at = this.at
    let byte = source[at]
    if (byte === undefined || byte > space) return byte ?? -1
    this.isPlain = false
    while (byte === space || byte === lineFeed || byte === carriageReturn || byte === tab) byte = source[++at]
    this.at = at
    return byte ?? -1
  }

  /** Passes `byte`, and white space before it. */
  expect(byte: number): void {
    if (this.next() !== byte) throw notPlain
    this.at += 1
  }

  /** Passes a key. Returns whether it has no escapes, and does not look like a number: those come first in objects. */
  key(): boolean {
    const { source } = this
    this.expect(quote)
    let at = this.at | 0
    this.keyFrom = at
    const first = source[at] ?? 0
    let hash = 0
    let isSimple = first < zero || first > nine
    for (;;) {
      const byte = source[at] ?? 0
      at = (at + 1) | 0
      if (byte === quote) break
      if (byte < space) throw notPlain
      if (byte === backslash) {
        at = this.#escape(at)
        isSimple = false
      }
      hash = (Math.imul(hash, 31) + byte) | 0
    }
    this.at = at
    this.keyHash = hash
    return isSimple
  }

  /** Passes a whole value, which begins here. */
  value(depth = 0): void {
    const byte = this.next()
    if (byte === quote) this.string()
    else if (byte === openBrace) this.#object(depth)
    else if (byte === openBracket) this.#array(depth)
    else if (byte === minus || (byte >= zero && byte <= nine)) this.#number()
    else this.#word(byte)
  }

  /** Passes a string, which begins here. */
  string(): void {
    const { source } = this
    let at = (this.at + 1) | 0
    for (;;) {
      const byte = source[at] ?? 0
      at = (at + 1) | 0
      if (byte === quote) break
      if (byte < space) throw notPlain
      if (byte === backslash) {
        at = this.#escape(at)
        this.isPlain = false
      }
    }
    this.at = at
  }

  #escape(at: number): number {
    const byte = this.source[at] ?? 0
    if (byte === 0x75) {
      const first = this.source[at + 1]
      if (first === 0x64 || first === 0x44) this.hasSurrogate = true
      for (let digit = at + 1; digit <= at + 4; digit += 1) if (!isHexDigit(this.source[digit])) throw notPlain
      return at + 5
    }
    if (isEscapable[byte] !== 1) throw notPlain
    return at + 1
  }

  #object(depth: number): void {
    if (depth >= depthMax) throw notPlain
    this.at += 1
    if (this.next() === closeBrace) {
      this.at += 1
      return
    }
    const base = depth * keysMax
    for (let count = 0; ; count += 1) {
      if (!this.key() || count >= keysMax) this.isPlain = false
      else {
        const hash = this.keyHash
        for (let other = base; other < base + count; other += 1) if (this.#keys[other] === hash) this.isPlain = false
        this.#keys[base + count] = hash
      }
      this.expect(colon)
      this.value(depth + 1)
      const byte = this.next()
      this.at += 1
      if (byte === closeBrace) return
      if (byte !== comma) throw notPlain
    }
  }

  #array(depth: number): void {
    if (depth >= depthMax) throw notPlain
    this.at += 1
    if (this.next() === closeBracket) {
      this.at += 1
      return
    }
    for (;;) {
      this.value(depth + 1)
      const byte = this.next()
      this.at += 1
      if (byte === closeBracket) return
      if (byte !== comma) throw notPlain
    }
  }

  #number(): void {
    const { source } = this
    const start = source[this.at] === minus ? this.at + 1 : this.at
    let at = this.#digits(start)
    const isZero = source[start] === zero
    if (isZero && at > start + 1) throw notPlain
    let isPlain = at - start <= exactDigitsMax && !(isZero && start > this.at)
    if (source[at] === point) {
      at = this.#digits(at + 1)
      isPlain = false
    }
    const exponent = source[at]
    if (exponent === 0x65 || exponent === 0x45) {
      const sign = source[at + 1]
      at = this.#digits(sign === minus || sign === plus ? at + 2 : at + 1)
      isPlain = false
    }
    this.at = at
    if (!isPlain) this.isPlain = false
  }

  /** Passes at least one digit. */
  #digits(from: number): number {
    let at = from
    for (;;) {
      const byte = this.source[at] ?? 0
      if (byte < zero || byte > nine) break
      at += 1
    }
    if (at === from) throw notPlain
    return at
  }

  #word(first: number): void {
    const word = first === 0x74 ? trueBytes : first === 0x66 ? falseBytes : nullBytes
    for (const byte of word) if (this.source[this.at++] !== byte) throw notPlain
  }
}

const trueBytes = Uint8Array.of(0x74, 0x72, 0x75, 0x65)
const falseBytes = Uint8Array.of(0x66, 0x61, 0x6c, 0x73, 0x65)
const nullBytes = Uint8Array.of(0x6e, 0x75, 0x6c, 0x6c)
