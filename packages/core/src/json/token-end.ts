import { isDigit, isEscapable, isHexDigit, minus, plus, point, zero } from './bytes.ts'

/*
 * Where tokens of JSON end, for those who walk over it. Each is told where its token begins, and answers -1 where there
 * is none.
 */

/** Of an escape in a string, from behind its backslash. */
export function escapeEnd(bytes: Uint8Array, from: number, to: number): number {
  const escaped = bytes[from] ?? 0
  if (isEscapable[escaped] === 1) return from + 1
  if (escaped !== 0x75 || from + 5 > to) return -1
  for (let at = from + 1; at < from + 5; at += 1) if (!isHexDigit(bytes[at])) return -1
  return from + 5
}

const words = ['true', 'false', 'null'].map((word) => new TextEncoder().encode(word))

/** Of a number, or of `true`, `false` and `null`. */
export function scalarEnd(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from] ?? 0
  if (first === minus || isDigit(first)) return numberEnd(bytes, from, to)
  for (const word of words) if (word[0] === first) return wordEnd(bytes, from, to, word)
  return -1
}

function wordEnd(bytes: Uint8Array, from: number, to: number, word: Uint8Array): number {
  const end = from + word.length
  if (end > to) return -1
  for (let nth = 1; nth < word.length; nth += 1) if (bytes[from + nth] !== word[nth]) return -1
  return end
}

function numberEnd(bytes: Uint8Array, from: number, to: number): number {
  const whole = bytes[from] === minus ? from + 1 : from
  let at = bytes[whole] === zero ? whole + 1 : digitsEnd(bytes, whole, to)
  if (at > 0 && at < to && bytes[at] === point) at = digitsEnd(bytes, at + 1, to)
  if (at > 0 && at < to && ((bytes[at] as number) | 0x20) === 0x65) {
    const sign = bytes[at + 1]
    at = digitsEnd(bytes, sign === minus || sign === plus ? at + 2 : at + 1, to)
  }
  return at
}

/** Of one digit or more. */
function digitsEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && isDigit(bytes[at] as number)) at += 1
  return at > from ? at : -1
}
