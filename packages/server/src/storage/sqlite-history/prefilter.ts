import { mayHideLiteral } from '@cairn/core/lookup'

/**
 * Tells, without parsing, which events can match: those whose bytes hold all literals, and those that spell plain
 * characters as escapes, in which a literal could hide. Searches the whole buffer at once; `ends` are the ends of the
 * events in it, ascending. 1 for each event that can match.
 */
export function passing(bytes: Buffer, ends: ArrayLike<number>, literals: readonly Buffer[]): Uint8Array {
  const pass = new Uint8Array(ends.length).fill(1)
  if (literals.length === 0) return pass
  for (const literal of literals) {
    const holding = new Uint8Array(pass.length)
    eachHit(bytes, ends, literal, (index) => {
      holding[index] = 1
      return true
    })
    for (let index = 0; index < pass.length; index += 1) pass[index] = (pass[index] ?? 0) & (holding[index] ?? 0)
  }
  eachHit(bytes, ends, escapeStart, (index, at) => {
    const isOdd = mayHide[((bytes[at + 4] ?? 0) << 8) | (bytes[at + 5] ?? 0)] === 1
    if (isOdd) pass[index] = 1
    return isOdd
  })
  return pass
}

const escapeStart = Buffer.from('\\u00')

/** By the two characters behind `\u00`: worked out once, since real records hold several `\u003d` each. */
const mayHide = Uint8Array.from({ length: 0x10000 }, (_, pair) => (mayHideLiteral(pair >> 8, pair & 0xff) ? 1 : 0))

/** Calls `visit` with each hit and the event it lies in; when that answers true, goes on with the next event. */
function eachHit(
  bytes: Buffer,
  ends: ArrayLike<number>,
  needle: Buffer,
  visit: (index: number, at: number) => boolean,
): void {
  let index = 0
  for (let at = bytes.indexOf(needle); at !== -1; ) {
    while (index < ends.length && (ends[index] ?? 0) <= at) index += 1
    const isDone = visit(index, at)
    at = bytes.indexOf(needle, isDone ? (ends[index] ?? bytes.length) : at + needle.length)
  }
}
