import {
  backslash,
  carriageReturn,
  closeBrace,
  closeBracket,
  colon,
  comma,
  lineFeed,
  minus,
  nine,
  openBrace,
  openBracket,
  quote,
  space,
  tab,
  zero,
} from './bytes.ts'
import { createStringSearch } from './string-search.ts'
import { escapeEnd, scalarEnd } from './token-end.ts'

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
 *
 * For those who want every value. Who wants some members of a record has a `MemberScan`, which passes the rest over
 * more quickly; who reads bytes that come in pieces has a `RecordSplitter`.
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
  readonly #search = createStringSearch()

  begin(source: Uint8Array): void {
    this.#search.turnTo(source)
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
    else this.#scalar()
  }

  /** Passes a string, which begins here. */
  string(): void {
    const { source } = this
    let at = (this.at + 1) | 0
    for (;;) {
      at = this.#search.next(at, source.length)
      const byte = source[at] ?? 0
      at = (at + 1) | 0
      if (byte === quote) break
      if (byte < space) throw notPlain
      at = this.#escape(at)
      this.isPlain = false
    }
    this.at = at
  }

  /** Returns the position behind an escape, whose backslash stands before `at`. */
  #escape(at: number): number {
    const { source } = this
    const isHalf = source[at] === 0x75 && ((source[at + 1] ?? 0) | 0x20) === 0x64
    if (isHalf) this.hasSurrogate = true
    const end = escapeEnd(source, at, source.length)
    if (end < 0) throw notPlain
    return end
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

  #scalar(): void {
    const { source, at: from } = this
    const end = scalarEnd(source, from, source.length)
    if (end < 0) throw notPlain
    this.at = end
    if (!isWrittenSo(source, from, end)) this.isPlain = false
  }
}

/** Whether `JSON.stringify` writes a number so: a whole one that is not large, nor `-0`. Of words it is true. */
function isWrittenSo(source: Uint8Array, from: number, to: number): boolean {
  const first = source[from] ?? 0
  if (first > nine) return true
  const whole = first === minus ? from + 1 : from
  if (to - whole > exactDigitsMax || (whole > from && source[whole] === zero)) return false
  for (let at = whole; at < to; at += 1) if ((source[at] ?? 0) > nine || (source[at] ?? 0) < zero) return false
  return true
}
