import type { ServiceModel, Shape } from '../model/index.ts'
import { ProtocolError } from './protocol-error.ts'

/** The shape a use refers to. Models are generated whole, so a missing one is a broken build. */
export function shapeOf(model: ServiceModel, name: string): Shape {
  const shape = model.shapes[name]
  if (shape === undefined) throw new TypeError(`${model.service} has no shape ${name}`)
  return shape
}

const integerMax = 2 ** 31 - 1

/** Whether a number fits the type: 32 bits for `integer`; what a double holds exactly for `long`. */
export function fitsInteger(type: 'integer' | 'long', value: number): boolean {
  return type === 'integer'
    ? Number.isInteger(value) && value <= integerMax && value >= -integerMax - 1
    : Number.isSafeInteger(value)
}

const wholeText = /^[+-]?\d{1,19}$/
const decimalText = /^[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,5})?$/
const notFinite: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

/** Numbers and booleans as text (query, XML, headers). @throws ProtocolError with `code` */
export function readScalarText(
  type: 'integer' | 'long' | 'float' | 'double' | 'boolean',
  text: string,
  code: string,
): number | boolean {
  switch (type) {
    case 'boolean': {
      const lower = text.toLowerCase()
      if (lower === 'true') return true
      if (lower === 'false') return false
      break
    }
    case 'integer':
    case 'long': {
      const value = wholeText.test(text) ? Number(text) : Number.NaN
      if (fitsInteger(type, value)) return value
      break
    }
    case 'float':
    case 'double': {
      const value = decimalText.test(text) ? Number(text) : notFinite[text]
      if (value !== undefined) return value
    }
  }
  throw new ProtocolError(code, `STRING_VALUE can not be converted to ${javaName[type]}`)
}

/** How AWS's messages call the types. */
export const javaName = {
  integer: 'an Integer',
  long: 'a Long',
  float: 'a Float',
  double: 'a Double',
  boolean: 'a Boolean',
  string: 'a String',
  blob: 'a Blob',
  timestamp: 'a Timestamp',
} as const

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

/** Bytes of a base64 text, padding optional. @throws ProtocolError with `code` */
export function readBase64(text: string, code: string): Uint8Array {
  if (!base64.test(text)) throw new ProtocolError(code, 'Blob is not valid base64')
  return new Uint8Array(Buffer.from(text, 'base64'))
}

export function base64Text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/** An input object in the making. `Object.fromEntries` defines rather than assigns, so `__proto__` is only a name. */
export function objectOf(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  return Object.fromEntries(entries)
}
