/*
 * AWS's percent encoding: every byte but A-Z a-z 0-9 - . _ ~ becomes %XX with upper-case digits.
 */

const unreservedOnly = /^[A-Za-z0-9\-._~]*$/
const plainPath = /^[A-Za-z0-9\-._~/]*$/

/** Encodes text (as UTF-8) once. */
export function encode(text: string): string {
  if (unreservedOnly.test(text)) return text
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Encodes a path once, slashes kept. */
export function encodePath(path: string): string {
  return plainPath.test(path) ? path : encode(path).replaceAll('%2F', '/')
}

const byteEncodings = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  return unreservedOnly.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
})

/**
 * Brings text that is already percent-encoded, in whatever way, into the one canonical encoding of the same bytes.
 * A `%` that starts no escape stands for itself. In a path, slashes stay and so does `%2F`: a client that writes an
 * escaped slash signs an escaped slash.
 */
export function recode(text: string, part: 'query' | 's3-path'): string {
  if ((part === 'query' ? unreservedOnly : plainPath).test(text)) return text
  let out = ''
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x25) {
      const byte = escapedByte(text, index)
      out += byteEncodings[byte ?? 0x25]
      if (byte !== undefined) index += 2
    } else if (code === 0x2f && part === 's3-path') out += '/'
    else if (code === 0x2b && part === 'query') out += '%20'
    else if (code < 0x80) out += byteEncodings[code]
    else {
      const character = String.fromCodePoint(text.codePointAt(index) ?? code)
      out += encode(character)
      index += character.length - 1
    }
  }
  return out
}

function escapedByte(text: string, at: number): number | undefined {
  const high = hexDigit(text.charCodeAt(at + 1))
  const low = hexDigit(text.charCodeAt(at + 2))
  return high < 0 || low < 0 ? undefined : high * 16 + low
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
