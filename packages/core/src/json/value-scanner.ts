import { backslash, closeBrace, closeBracket, colon, comma, openBrace, openBracket, quote } from './bytes.ts'

/**
 * Finds the end of one JSON object in bytes that arrive in pieces, without building anything.
 *
 * Checks the grammar of brackets, keys, colons and commas, and which bytes may stand outside strings, so that a
 * broken record is noticed where it breaks and not after it has swallowed its neighbours. Numbers and words are
 * left to the parser that follows.
 *
 * States: `firstKey` after `{` · `key` after `,` in an object · `colon` · `value` · `firstItem` after `[` ·
 * `afterValue` · and inside a token: `scalar`, `string` (with `afterString` as the state that follows it).
 */

const state = {
  firstKey: 0,
  key: 1,
  colon: 2,
  value: 3,
  firstItem: 4,
  afterValue: 5,
  scalar: 6,
} as const

export type ScanOutcome =
  /** The bytes ended inside the object. */
  | 'more'
  /** The object's closing brace was the last byte read. */
  | 'end'
  /** The byte at the position cannot stand there. */
  | 'invalid'
  /** The object nests deeper than allowed. */
  | 'deep'
  /** A member's value begins at the position; only members of the object itself, not of what it contains. */
  | 'member'

/** What the scanner tells of a member of the outermost object. Offsets count from the object's opening brace. */
export interface MemberSpan {
  /** Of the key's text, without quotes. */
  readonly keyStart: number
  readonly keyEnd: number
  /** Of the value's first byte. */
  readonly valueStart: number
}

export interface ValueScanner {
  /** Begins an object whose opening brace is the next byte. */
  begin(): void
  /** Continues inside an object, after one of its values. */
  resumeAfterValue(): void
  /** From now on only brackets are counted: for an object that is not wanted any more but whose end is. */
  countOnly(): void
  /**
   * Reads from `from` and stops at the first outcome. `origin` is the position of the object's opening brace in
   * `bytes`, negative when it is no longer there.
   */
  scan(bytes: Uint8Array, from: number, to: number, origin: number): ScanOutcome
  /** Where the last scan stopped. */
  readonly position: number
  readonly member: MemberSpan
  /** Depth of the last position: 1 between the members of the outermost object. */
  readonly depth: number
  /** Whether a key of the outermost object has begun whose value has not: its bytes are still needed. */
  readonly isAtKey: boolean
}

/** 1: white space; 2: may stand in a number or in true, false, null. */
const outside = new Uint8Array(256)
for (const byte of [0x20, 0x09, 0x0a, 0x0d]) outside[byte] = 1
for (const character of '0123456789+-.eEtrufalsn') outside[character.charCodeAt(0)] = 2

/** `depthMax` bounds nesting; it also bounds the memory of the scanner, one byte a level. */
export function createValueScanner(depthMax: number): ValueScanner {
  /** 1 where the level is an object, 0 where it is an array. */
  const isObject = new Uint8Array(depthMax + 2)
  let at: number = state.value
  let depth = 0
  let inString = false
  let escaped = false
  let counting = false
  let position = 0
  /** One object for all members: this is the hottest path of an import. */
  const member = { keyStart: 0, keyEnd: 0, valueStart: 0 }
  let reported = false

  /** Steps over string bytes. True when the string ended; false when the bytes did, or at a control character. */
  function endString(bytes: Uint8Array, to: number): boolean {
    let i = escaped ? position + 1 : position
    escaped = false
    for (; i < to; i += 1) {
      const byte = bytes[i] as number
      if (byte === quote) {
        position = i + 1
        return true
      }
      if (byte === backslash) i += 1
      else if (byte < 0x20) {
        position = i
        return false
      }
    }
    // A backslash was the last byte: what it escapes comes with the next bytes.
    escaped = i > to
    position = to
    return false
  }

  function open(byte: number, objectNext: number, arrayNext: number): boolean {
    if (depth >= depthMax) return false
    depth += 1
    isObject[depth] = byte === openBrace ? 1 : 0
    at = byte === openBrace ? objectNext : arrayNext
    return true
  }

  function scan(bytes: Uint8Array, from: number, to: number, origin: number): ScanOutcome {
    position = from
    while (position < to) {
      if (inString) {
        const isKey = at === state.colon && depth === 1
        if (!endString(bytes, to)) {
          if (position < to) return 'invalid'
          return 'more'
        }
        inString = false
        if (isKey) member.keyEnd = position - 1 - origin
        continue
      }
      const byte = bytes[position] as number
      const kind = outside[byte]
      if (kind === 1) {
        if (at === state.scalar) at = state.afterValue
        position += 1
        continue
      }
      if (counting) {
        if (byte === quote) inString = true
        else if (byte === openBrace || byte === openBracket) depth += 1
        else if (byte === closeBrace || byte === closeBracket) depth -= 1
        else if (kind !== 2 && byte !== comma && byte !== colon) return 'invalid'
        position += 1
        if (depth === 0) return 'end'
        continue
      }
      if (kind === 2) {
        if (at === state.value || at === state.firstItem) {
          if (stopsForMember(origin)) return 'member'
          at = state.scalar
        } else if (at !== state.scalar) return 'invalid'
        position += 1
        continue
      }
      switch (byte) {
        case quote:
          if (at === state.firstKey || at === state.key) {
            at = state.colon
            if (depth === 1) {
              member.keyStart = position + 1 - origin
              reported = false
            }
          } else if (at === state.value || at === state.firstItem) {
            if (stopsForMember(origin)) return 'member'
            at = state.afterValue
          } else return 'invalid'
          inString = true
          break
        case openBrace:
        case openBracket:
          if (at !== state.value && at !== state.firstItem) return 'invalid'
          if (stopsForMember(origin)) return 'member'
          if (!open(byte, state.firstKey, state.firstItem)) return 'deep'
          break
        case closeBrace:
        case closeBracket: {
          const closesObject = byte === closeBrace
          if (closesObject !== (isObject[depth] === 1)) return 'invalid'
          const mayClose =
            at === state.afterValue || at === state.scalar || at === (closesObject ? state.firstKey : state.firstItem)
          if (!mayClose) return 'invalid'
          depth -= 1
          at = state.afterValue
          if (depth === 0) {
            position += 1
            return 'end'
          }
          break
        }
        case comma:
          if (at !== state.afterValue && at !== state.scalar) return 'invalid'
          at = isObject[depth] === 1 ? state.key : state.value
          break
        case colon:
          if (at !== state.colon) return 'invalid'
          at = state.value
          break
        default:
          return 'invalid'
      }
      position += 1
    }
    return 'more'
  }

  /** At the first byte of a member's value of the outermost object: once per member. */
  function stopsForMember(origin: number): boolean {
    if (depth !== 1 || reported) return false
    reported = true
    member.valueStart = position - origin
    return true
  }

  function reset(): void {
    inString = false
    escaped = false
    counting = false
    // The opening brace itself is no member's value.
    reported = true
  }

  return {
    begin() {
      reset()
      at = state.value
      depth = 0
    },
    resumeAfterValue() {
      reset()
      at = state.afterValue
      depth = 1
      isObject[1] = 1
    },
    countOnly() {
      counting = true
      reported = true
    },
    scan,
    get position() {
      return position
    },
    member,
    get depth() {
      return depth
    },
    get isAtKey() {
      return !reported
    },
  }
}
