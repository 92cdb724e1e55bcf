import { keyMeaning } from './record-keys.ts'
import { createValueScanner } from './value-scanner.ts'

/** Takes a record out of the object that wraps it. */
export interface Unwrapper {
  /** The record in a JSON string that begins at `at`; `undefined` when the string holds no record. */
  text(bytes: Uint8Array, at: number): Uint8Array | undefined
  /** The record that begins at `at` or is wrapped in what begins there, as it stands. */
  object(bytes: Uint8Array, at: number): Uint8Array | undefined
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** `aws`, then `cloudtrail`, then the record. */
const wrappingsMax = 3

export function createUnwrapper(depthMax: number): Unwrapper {
  const scanner = createValueScanner(depthMax)

  /** The record or, a bounded number of times, the object inside that wraps it. */
  function object(bytes: Uint8Array, at: number): Uint8Array | undefined {
    let next: number | undefined = at
    for (let wrapping = 0; wrapping < wrappingsMax && next !== undefined; wrapping += 1) {
      const begin: number = next
      const found = inspect(bytes, begin)
      if (found === undefined) return undefined
      if (found.recordKeys >= 2) return bytes.subarray(begin, found.end)
      next = found.innerAt
    }
    return undefined
  }

  function inspect(bytes: Uint8Array, at: number) {
    let recordKeys = 0
    let innerAt: number | undefined
    scanner.begin()
    let outcome = scanner.scan(bytes, at, bytes.length, at)
    while (outcome === 'member') {
      const { keyStart, keyEnd, valueStart } = scanner.member
      const meaning = keyMeaning(bytes, at + keyStart, at + keyEnd)
      if (meaning === 'record') recordKeys += 1
      else if (meaning === 'inner' && bytes[at + valueStart] === 0x7b) innerAt = at + valueStart
      outcome = scanner.scan(bytes, scanner.position, bytes.length, at)
    }
    return outcome === 'end' ? { recordKeys, innerAt, end: scanner.position } : undefined
  }

  return {
    object,
    text(bytes, at) {
      const text = stringAt(bytes, at)
      return text === undefined ? undefined : recordInText(text, object)
    },
  }
}

/** The record that is the whole of `text`, as bytes; `undefined` when the text is something else. */
export function recordInText(text: string, object: Unwrapper['object']): Uint8Array | undefined {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{')) return undefined
  const bytes = encoder.encode(escapeLoneSurrogates(trimmed))
  const record = object(bytes, 0)
  return record?.length === bytes.length ? record : undefined
}

function stringAt(bytes: Uint8Array, at: number): string | undefined {
  let end = at + 1
  while (end < bytes.length && bytes[end] !== 0x22) end += bytes[end] === 0x5c ? 2 : 1
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes.subarray(at, end + 1)))
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * A wrapping string can hold half a surrogate pair, which no UTF-8 can; as an escape inside the record it means the
 * same.
 */
function escapeLoneSurrogates(text: string): string {
  if (text.isWellFormed()) return text
  return text.replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`)
}
