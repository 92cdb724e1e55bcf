import {
  closeBrace,
  closeBracket,
  colon,
  comma,
  JsonWalk,
  lineFeed,
  notPlain,
  openBrace,
  openBracket,
  point,
  quote,
  zero,
} from '../json/index.ts'
import { type TableColumn, varchar } from '../query/sql-type.ts'
import { secondAt } from '../record/index.ts'
import { cellOf, tableTime, timeOf } from './cell.ts'
import { parseExactly } from './exact-json.ts'
import { LineBuffer } from './line-buffer.ts'
import { rowShapeOf, type Shape } from './row-shape.ts'

/** Members of a map that are compared with each other; larger ones are made anew. */
const mapKeysMax = 32

/**
 * Makes lines of rows out of the bytes of records, unparsed: what a column holds stands in the record nearly always as it
 * stands in the row. Values that do not are made as `Cell` makes them.
 */
export class RowCopier {
  readonly #walk = new JsonWalk()
  readonly #columns: Shape
  readonly #textColumn: Uint8Array | undefined
  /** The number of the last row in which a field was seen. */
  readonly #seenIn: Int32Array
  readonly #mapKeys = new Int32Array(mapKeysMax)
  #rowNumber = 0
  readonly #out = new LineBuffer()
  #eventTimeMs: number | undefined
  /** Of the time that was added last. */
  #timeMs: number | undefined

  /** @param textColumn name of the column that holds the record itself */
  constructor(columns: readonly TableColumn[], textColumn?: string) {
    const { shape, fieldCount } = rowShapeOf(columns)
    this.#columns = shape
    this.#seenIn = new Int32Array(fieldCount)
    this.#textColumn = textColumn === undefined ? undefined : encoder.encode(`"${textColumn}":"`)
  }

  /** Bytes of all lines. */
  get length(): number {
    return this.#out.length
  }

  /** Of the record that was copied last; `undefined` when it has none that can be read. */
  get eventTimeMs(): number | undefined {
    return this.#eventTimeMs
  }

  /** Lines, valid until the next is added. */
  bytes(from: number, to: number): Uint8Array {
    return this.#out.view(from, to)
  }

  clear(): void {
    this.#out.length = 0
  }

  /**
   * Adds the line of a record.
   *
   * @param record valid UTF-8
   * @returns false, and nothing is added, when it is no JSON object, or an odd one: it is to be parsed
   */
  copy(record: Uint8Array): boolean {
    const start = this.#out.length
    this.#out.reserve(record.length)
    this.#eventTimeMs = undefined
    try {
      this.#walk.begin(record)
      if (this.#walk.next() !== openBrace || !this.#row(this.#columns)) throw notPlain
      if (this.#walk.next() !== -1) throw notPlain
      if (this.#textColumn !== undefined) this.#text(this.#textColumn, record)
      this.#out.byte(lineFeed)
      return true
    } catch (error) {
      if (error !== notPlain) throw error
      this.#out.length = start
      return false
    }
  }

  /** Adds a line that was made otherwise. */
  add(line: string): void {
    this.#out.reserve(line.length)
    this.#out.text(line)
    this.#out.byte(lineFeed)
  }

  /** Adds the record itself as the last column of the row. */
  #text(column: Uint8Array, record: Uint8Array): void {
    this.#out.length -= 1
    if (this.#out.last !== openBrace) this.#out.byte(comma)
    this.#out.bytes(column, 0, column.length)
    this.#out.escaped(record, 0, record.length)
    this.#out.byte(quote)
    this.#out.byte(closeBrace)
  }

  /** Adds the value that begins here as the column has it; false, and nothing is added, when the column has none. */
  #value(shape: Shape): boolean {
    const from = this.#walk.at
    const byte = this.#walk.source[from] ?? 0
    switch (shape.kind) {
      case 'text':
        if (byte === quote) return this.#string(shape)
        if (byte !== letterN) return this.#nested(shape)
        this.#walk.value()
        return false
      case 'time':
        return this.#time(shape)
      case 'boolean':
        return this.#boolean(shape)
      case 'map':
        if (byte === openBrace) return this.#map(shape)
        this.#walk.value()
        return false
      case 'array':
        if (byte === openBracket && shape.element !== undefined) return this.#array(shape.element)
        this.#walk.value()
        return false
      case 'row': {
        const start = this.#out.length
        if (byte === openBrace) return this.#row(shape) || this.#made(shape, from, start)
        this.#walk.value()
        return false
      }
      case 'other':
        return this.#made(shape, from, this.#out.length)
    }
  }

  /** False when it is to be made: a key is not simple, or comes twice. */
  #row({ fields }: Shape): boolean {
    const walk = this.#walk
    if (fields === undefined) return false
    const isWhole = fields === this.#columns.fields
    this.#rowNumber = (this.#rowNumber + 1) | 0
    const rowNumber = this.#rowNumber
    this.#out.byte(openBrace)
    const start = this.#out.length
    walk.at += 1
    let byte = walk.next()
    if (byte === closeBrace) walk.at += 1
    else {
      do {
        if (!walk.key()) return false
        const { name, field } = fields.find(walk.source, walk.keyFrom, walk.at - 1, walk.keyHash)
        walk.expect(colon)
        walk.next()
        if (field === undefined) walk.value()
        else {
          if (this.#seenIn[field.number] === rowNumber) return false
          this.#seenIn[field.number] = rowNumber
          const before = this.#out.length
          if (before > start) this.#out.byte(comma)
          this.#out.bytes(field.prefix, 0, field.prefix.length)
          const isThere = this.#value(field.shape)
          if (!isThere) this.#out.length = before
          if (isWhole && field.name === 'eventtime') {
            // In another spelling it fills the column, and is not the record's time.
            if (name !== 'eventTime') return false
            this.#eventTimeMs = isThere ? this.#timeMs : undefined
          }
        }
        byte = walk.next()
        walk.at += 1
      } while (byte === comma)
      if (byte !== closeBrace) throw notPlain
    }
    this.#out.byte(closeBrace)
    return true
  }

  #array(element: Shape): boolean {
    const walk = this.#walk
    this.#out.byte(openBracket)
    walk.at += 1
    let byte = walk.next()
    if (byte === closeBracket) walk.at += 1
    else {
      do {
        walk.next()
        if (!this.#value(element)) this.#out.bytes(nullBytes, 0, nullBytes.length)
        byte = walk.next()
        walk.at += 1
        this.#out.byte(byte)
      } while (byte === comma)
      if (byte !== closeBracket) throw notPlain
      return true
    }
    this.#out.byte(closeBracket)
    return true
  }

  #map(shape: Shape): boolean {
    const walk = this.#walk
    const start = this.#out.length
    const from = walk.at
    this.#out.byte(openBrace)
    walk.at += 1
    let byte = walk.next()
    if (byte === closeBrace) walk.at += 1
    else {
      let count = 0
      do {
        if (!walk.key() || count === mapKeysMax || this.#hasKey(count)) return this.#made(shape, from, start)
        this.#mapKeys[count] = walk.keyHash
        count += 1
        this.#out.bytes(walk.source, walk.keyFrom - 1, walk.at)
        walk.expect(colon)
        this.#out.byte(colon)
        walk.next()
        if (!this.#value(mapValue)) this.#out.bytes(nullBytes, 0, nullBytes.length)
        byte = walk.next()
        walk.at += 1
        this.#out.byte(byte)
      } while (byte === comma)
      if (byte !== closeBrace) throw notPlain
      return true
    }
    this.#out.byte(closeBrace)
    return true
  }

  #hasKey(count: number): boolean {
    for (let other = 0; other < count; other += 1) if (this.#mapKeys[other] === this.#walk.keyHash) return true
    return false
  }

  #string(shape: Shape): boolean {
    const walk = this.#walk
    const from = walk.at
    walk.hasSurrogate = false
    walk.string()
    if (walk.hasSurrogate) return this.#made(shape, from, this.#out.length)
    this.#out.bytes(walk.source, from, walk.at)
    return true
  }

  /** Anything but a string, as JSON in a string. */
  #nested(shape: Shape): boolean {
    const walk = this.#walk
    const from = walk.at
    walk.isPlain = true
    walk.value()
    if (!walk.isPlain) return this.#made(shape, from, this.#out.length)
    this.#out.byte(quote)
    this.#out.escaped(walk.source, from, walk.at)
    this.#out.byte(quote)
    return true
  }

  #boolean(shape: Shape): boolean {
    const walk = this.#walk
    const { source } = walk
    const from = walk.at
    walk.isPlain = true
    walk.value()
    if (!walk.isPlain) return this.#made(shape, from, this.#out.length)
    const margin = source[from] === quote ? 1 : 0
    for (const word of truths) {
      if (walk.at - from !== word.length + 2 * margin || !isAt(source, from + margin, word)) continue
      this.#out.bytes(word, 0, word.length)
      return true
    }
    return false
  }

  #time(shape: Shape): boolean {
    const walk = this.#walk
    const { source, at: from } = walk
    if (source[from] !== quote) {
      walk.value()
      return false
    }
    walk.string()
    const end = walk.at - 2
    const secondMs = source[end] === letterZ ? (tableTime(secondAt(source, from + 1)) ?? Number.NaN) : Number.NaN
    // As a date of JavaScript is written: `2026-01-02T03:04:05.000Z`.
    const fractionMs = end - from === secondLength + 1 ? 0 : this.#millisecondsAt(from, end)
    if (!Number.isNaN(secondMs + fractionMs)) {
      this.#timeMs = secondMs + fractionMs
      this.#out.bytes(source, from, end)
      if (end - from === secondLength + 1) this.#out.bytes(noMilliseconds, 0, noMilliseconds.length)
      this.#out.bytes(source, end, walk.at)
      return true
    }
    this.#timeMs = timeOf(this.#parsed(from))
    return this.#made(shape, from, this.#out.length)
  }

  /** Of a `2026-01-02T03:04:05.678` in a string from `from` to `end`; `NaN` where there are no three digits. */
  #millisecondsAt(from: number, end: number): number {
    const { source } = this.#walk
    if (end - from !== secondLength + 5 || source[end - 4] !== point) return Number.NaN
    let digits = 0
    for (let at = end - 3; at < end; at += 1) {
      const digit = (source[at] ?? 0) - zero
      if (digit < 0 || digit > 9) return Number.NaN
      digits = digits * 10 + digit
    }
    return digits
  }

  /** Parses the value at `from`, and adds what its column makes of it behind `start`. */
  #made({ cell }: Shape, from: number, start: number): boolean {
    const walk = this.#walk
    walk.at = from
    walk.value()
    this.#out.length = start
    const value = cell(this.#parsed(from))
    if (value === undefined) return false
    this.#out.text(JSON.stringify(value))
    return true
  }

  /** The value from here to where the walk is. */
  #parsed(from: number): unknown {
    const text = decoder.decode(this.#walk.source.subarray(from, this.#walk.at))
    // What is odd about a number is seen by what stands before it.
    return (parseExactly(`[${text}]`) as readonly unknown[])[0]
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

const letterN = 0x6e
const letterZ = 0x5a

const nullBytes = encoder.encode('null')
const truths = [encoder.encode('true'), encoder.encode('false')]
const noMilliseconds = encoder.encode('.000')
/** Of `2026-01-02T03:04:05`. */
const secondLength = 19

const mapValue: Shape = { kind: 'text', cell: cellOf(varchar), element: undefined, fields: undefined }

function isAt(source: Uint8Array, from: number, bytes: Uint8Array): boolean {
  return bytes.every((byte, index) => source[from + index] === byte)
}
