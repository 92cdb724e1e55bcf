import { createValueScanner } from '../json/value-scanner.ts'

/** Deep enough for whatever a record shows. */
const depthMax = 512

const decoder = new TextDecoder()
const markBegin = '{"omitted":true,'

/**
 * A record with what it had to leave out put back, as far as the whole stays within `bytesMax`; the record itself when
 * nothing fits or nothing is left out. `originals` are as the log keeps them behind the record's frame:
 * `{"field":…,"sha256":…,"content":…}`. Everything else stays byte for byte.
 */
export function restoreOriginals(record: Uint8Array, originals: readonly Uint8Array[], bytesMax: number): Uint8Array {
  return originals.reduce((restored, original) => {
    const { field, content } = readOriginal(original)
    const mark = field === undefined ? undefined : findMark(restored, field)
    if (mark === undefined || restored.length + content.length - (mark.end - mark.start) > bytesMax) return restored
    return joined(restored.subarray(0, mark.start), content, restored.subarray(mark.end))
  }, record)
}

/**
 * Which member it is of, and its bytes: the content stands last, and nothing before it has braces or more than its own
 * keys.
 */
export function readOriginal(original: Uint8Array): {
  readonly field: string | undefined
  readonly content: Uint8Array
} {
  const key = '"content":'
  const head = decoder.decode(original.subarray(0, 256))
  const start = head.indexOf(key) + key.length
  const field = /^\{"field":"(\w+)"/.exec(head)?.[1]
  return { field, content: original.subarray(start, original.length - 1) }
}

/** Where the member of that name says that it was left out. Only the record's own members count, not what they hold. */
function findMark(record: Uint8Array, field: string): { readonly start: number; readonly end: number } | undefined {
  const scanner = createValueScanner(depthMax)
  scanner.begin()
  let outcome = scanner.scan(record, 0, record.length, 0)
  while (outcome === 'member') {
    const { keyStart, keyEnd, valueStart: start } = scanner.member
    if (decoder.decode(record.subarray(keyStart, keyEnd)) === field) {
      const isMark = decoder.decode(record.subarray(start, start + markBegin.length)) === markBegin
      // The mark holds a number and a sentence: its first closing brace is its own.
      return isMark ? { start, end: record.indexOf(0x7d, start) + 1 } : undefined
    }
    outcome = scanner.scan(record, scanner.position, record.length, 0)
  }
  return undefined
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
