/*
 * Where the object of a key lies below its bucket's directory.
 *
 *   path         = *(directory "/") object-file
 *   directory    = segment            ; the key goes on after a "/"
 *                / segment "+"        ; the key goes on without one: a segment too long for one file name
 *   object-file  = segment "@" [role]
 *   segment      = "%"                ; the empty segment, as in "a//b" and "folder/"
 *                / 1*(plain / "%" 2HEXDIG)
 *   plain        = ALPHA / DIGIT / "-" / "_" / "=" / "." (not as first character)
 *   role         = "v" seq / "a" seq  ; an older version, the attributes of a version
 *   seq          = 14HEXDIG
 *
 * "@" and "+" never come out of the encoding, so an object "a", a directory "a" (of "a/b") and a continued "a" lie
 * side by side. No segment is ".", "..", empty or hidden and none contains "/": whatever the key, the path stays
 * below the bucket. Segments are cut after a fixed number of bytes of the key, not of the name: a cut that depended
 * on the escapes would tear neighbours in key order apart.
 *
 * Keys and segments are handled as byte strings, one character per UTF-8 byte, whose `<` is the order S3 lists in.
 */

/** 80 bytes escape to 240 characters at most; with the role that stays below the 255 a file name may have. */
const segmentBytesMax = 80

/** A string with one character per byte. */
export type ByteString = string

export function toBytes(text: string): ByteString {
  return Buffer.from(text, 'utf8').toString('latin1')
}

export function fromBytes(bytes: ByteString): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

export interface KeyPath {
  /** Directory names from the bucket's directory down. */
  readonly directories: readonly string[]
  /** Name of the object's file without the role: ends with `@`. */
  readonly file: string
}

/** Path of a key's object below its bucket's directory. */
export function keyPath(key: string): KeyPath {
  const directories: string[] = []
  const segments = toBytes(key).split('/')
  const last = segments.pop() ?? ''
  for (const segment of segments) directories.push(encodeSegment(cutSegment(segment, directories)))
  const file = `${encodeSegment(cutSegment(last, directories))}@`
  return { directories, file }
}

/** Pushes the directories of a long segment and answers its rest. */
function cutSegment(segment: ByteString, directories: string[]): ByteString {
  let rest = segment
  while (rest.length >= segmentBytesMax) {
    directories.push(`${encodeSegment(rest.slice(0, segmentBytesMax))}+`)
    rest = rest.slice(segmentBytesMax)
  }
  return rest
}

export type EntryName =
  | { readonly kind: 'object'; readonly bytes: ByteString }
  /** `bytes` is what every key below begins with, a directory's slash included. */
  | { readonly kind: 'directory'; readonly bytes: ByteString }
  /** `of` is the name of the object's file. */
  | { readonly kind: 'older'; readonly of: string }
  | { readonly kind: 'attributes'; readonly of: string }

/** Reads a name back. */
export function parseEntryName(name: string): EntryName {
  const at = name.indexOf('@')
  if (at >= 0) {
    if (at === name.length - 1) return { kind: 'object', bytes: decodeSegment(name.slice(0, -1)) }
    return { kind: name[at + 1] === 'v' ? 'older' : 'attributes', of: name.slice(0, at + 1) }
  }
  if (name.endsWith('+')) return { kind: 'directory', bytes: decodeSegment(name.slice(0, -1)) }
  return { kind: 'directory', bytes: `${decodeSegment(name)}/` }
}

const unsafe = /[^A-Za-z0-9\-_=.]|^\./g

function encodeSegment(bytes: ByteString): string {
  if (bytes === '') return '%'
  return bytes.replace(unsafe, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

function decodeSegment(name: string): ByteString {
  if (name === '%') return ''
  return name.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** The least byte string above everything that begins with `prefix`; `undefined` when there is none. */
export function afterPrefix(prefix: ByteString): ByteString | undefined {
  let end = prefix.length
  while (end > 0 && prefix.charCodeAt(end - 1) === 0xff) end -= 1
  return end === 0 ? undefined : prefix.slice(0, end - 1) + String.fromCharCode(prefix.charCodeAt(end - 1) + 1)
}
