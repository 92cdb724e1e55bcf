import { backslash, closeBrace, closeBracket, colon, comma, openBrace, openBracket, quote } from './bytes.ts'
import { createStringSearch, type StringSearch } from './string-search.ts'
import { escapeEnd, scalarEnd } from './token-end.ts'

/**
 * Finds chosen members of one JSON object in its bytes and builds nothing: a sixth of the cost of parsing it, for those
 * who decide by a few members and pass the bytes on.
 *
 * It knows the whole grammar, so what it accepts is what `JSON.parse` accepts, and of members that repeat it gives the
 * last as well. It is content to give up: on keys with escapes, deep nesting and white space between tokens of other
 * writers' records; a caller then parses.
 */
export interface MemberScan<Name extends string = string> {
  /** The number of each name. */
  readonly nth: Readonly<Record<Name, number>>
  /** False when the bytes are no JSON object, or one that has to be parsed to know. */
  scan(bytes: Uint8Array, from: number, to: number): boolean
  /** Where the value of the nth name begins and ends, as of the last scan; 0 where it is absent. */
  start(nth: number): number
  end(nth: number): number
}

/** Records nest a dozen levels; one bit each, object or array. */
const depthMax = 30

export function createMemberScan<Name extends string>(names: readonly Name[]): MemberScan<Name> {
  const starts = new Int32Array(names.length)
  const ends = new Int32Array(names.length)
  const byLength = indexByLength(names)
  const search = createStringSearch()

  /** The nth name when the key from `from` to `to` is one, else -1. */
  function nameAt(bytes: Uint8Array, from: number, to: number): number {
    const candidates = byLength[to - from]
    if (candidates === undefined) return -1
    for (const { nth, key } of candidates) if (isKey(bytes, from, key)) return nth
    return -1
  }

  return {
    nth: Object.fromEntries(names.map((name, index) => [name, index])) as Record<Name, number>,
    start: (nth) => starts[nth] as number,
    end: (nth) => ends[nth] as number,
    scan(bytes, from, to) {
      search.turnTo(bytes)
      starts.fill(0)
      ends.fill(0)
      if (bytes[from] !== openBrace) return false
      let at = from + 1
      let depth = 1
      /** Whether the level is an object, the innermost in the lowest bit. */
      let levels = 1
      let member = -1
      let isFirst = true
      while (at < to) {
        // A member or an item, or the end of an empty object or array.
        const close = levels & 1 ? closeBrace : closeBracket
        if (isFirst && bytes[at] === close) {
          at += 1
          depth -= 1
          levels >>>= 1
        } else {
          if (levels & 1) {
            if (bytes[at] !== quote) return false
            const keyEnd = depth === 1 ? search.next(at + 1, to) + 1 : stringEnd(search, bytes, at + 1, to)
            if (bytes[keyEnd] !== colon) return false
            if (depth === 1) {
              // Where it is not the quote that was found, an escape was, and the key may be any.
              if (bytes[keyEnd - 1] !== quote) return false
              member = nameAt(bytes, at + 1, keyEnd - 1)
              if (member >= 0) starts[member] = keyEnd + 1
            }
            at = keyEnd + 1
          }
          const byte = bytes[at]
          if (byte === openBrace || byte === openBracket) {
            if (depth === depthMax) return false
            depth += 1
            levels = (levels << 1) | (byte === openBrace ? 1 : 0)
            at += 1
            isFirst = true
            continue
          }
          at = byte === quote ? stringEnd(search, bytes, at + 1, to) : scalarEnd(bytes, at, to)
          if (at < 0) return false
        }
        // Behind a value: the levels that end with it.
        for (;;) {
          if (depth === 0) return at === to
          if (depth === 1 && member >= 0) ends[member] = at
          const byte = bytes[at]
          at += 1
          if (byte === comma) break
          if (byte !== (levels & 1 ? closeBrace : closeBracket)) return false
          depth -= 1
          levels >>>= 1
        }
        isFirst = false
      }
      return false
    },
  }
}

interface Named {
  readonly nth: number
  readonly key: Uint8Array
}

function indexByLength(names: readonly string[]): readonly (readonly Named[] | undefined)[] {
  const byLength: Named[][] = []
  for (const [nth, name] of names.entries()) {
    const key = new TextEncoder().encode(name)
    const alike = byLength[key.length] ?? []
    alike.push({ nth, key })
    byLength[key.length] = alike
  }
  return byLength
}

function isKey(bytes: Uint8Array, from: number, key: Uint8Array): boolean {
  // Keys of one length differ at their ends.
  for (let nth = key.length - 1; nth >= 0; nth -= 1) if (bytes[from + nth] !== key[nth]) return false
  return true
}

/** Where bytes go on behind a string whose text begins at `from`; -1 when it is none. */
function stringEnd(search: StringSearch, bytes: Uint8Array, from: number, to: number): number {
  let at = from
  for (;;) {
    at = search.next(at, to)
    if (at >= to) return -1
    const byte = bytes[at]
    if (byte === quote) return at + 1
    if (byte !== backslash) return -1
    at = escapeEnd(bytes, at + 1, to)
    if (at < 0) return -1
  }
}
