/**
 * A writer of DER, as far as certificates need it. A value is tag, length, content; lengths below 128 are one byte,
 * longer ones are the number of their bytes and then those, highest first.
 *
 * @source ITU-T X.690, 8.1 and 10.1
 */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content])
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [0x80 | bytes.length, ...bytes]
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts)
export const set = (...parts: readonly Uint8Array[]): Buffer => der(0x31, ...parts)
export const octets = (content: Uint8Array): Buffer => der(0x04, content)
export const bits = (content: Uint8Array): Buffer => der(0x03, Buffer.from([0]), content)
export const yes: Buffer = der(0x01, Buffer.from([0xff]))
export const text = (value: string): Buffer => der(0x0c, Buffer.from(value))

/** `hex` is the content, already encoded. */
export const objectId = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))

/** A number that is not negative, given by its bytes, highest first; written with as few as can be. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const significant = first < 0 ? Buffer.from([0]) : bytes.subarray(first)
  const wouldBeNegative = (significant[0] ?? 0) >= 0x80
  return der(0x02, Buffer.from(wouldBeNegative ? [0] : []), significant)
}

/** UTCTime until 2049, then GeneralizedTime. @source RFC 5280, 4.1.2.5 */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')
  return Number(digits.slice(0, 4)) < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits))
}
