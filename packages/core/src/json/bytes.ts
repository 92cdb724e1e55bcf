/** Bytes that have a meaning in JSON. */
export const quote = 0x22
export const backslash = 0x5c
export const openBrace = 0x7b
export const closeBrace = 0x7d
export const openBracket = 0x5b
export const closeBracket = 0x5d
export const comma = 0x2c
export const colon = 0x3a
export const minus = 0x2d
export const plus = 0x2b
export const point = 0x2e
export const zero = 0x30
export const nine = 0x39
export const space = 0x20
export const lineFeed = 0x0a
export const carriageReturn = 0x0d
export const tab = 0x09

/** 1 for what may stand behind a backslash by itself: one of `"\/bfnrt`. */
export const isEscapable = new Uint8Array(256)
for (const character of '"\\/bfnrt') isEscapable[character.charCodeAt(0)] = 1

export function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine
}

export function isHexDigit(byte = 0): boolean {
  const lower = byte | 0x20
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66)
}
