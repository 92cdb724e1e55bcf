import type { ServiceModel, Shape, StructureShape } from '../model/index.ts'
import { ProtocolError } from './protocol-error.ts'
import { base64Text, fitsInteger, javaName, objectOf, readBase64, shapeOf } from './scalar.ts'
import { readEpochSeconds, readTimestampText } from './timestamp.ts'

/*
 * awsJson 1.0/1.1 and the bodies of restJson1 are RFC 8259 with these conventions:
 *
 *     structure = object          ; unknown members ignored, null means absent
 *     list      = array           ; no null inside
 *     map       = object          ; null values mean absent
 *     timestamp = number          ; epoch seconds with a fraction; ISO 8601 text is read too
 *     blob      = string          ; base64
 *     integer   = number          ; 32 bits; long: what a double holds exactly, larger ones are refused
 *     float, double = number / "NaN" / "Infinity" / "-Infinity"
 *
 * A name that occurs twice in one object counts with its last value, as in AWS's own parser.
 */

/** The deepest model needs 12; a stack of thousands of brackets would only serve to exhaust ours. */
const depthMax = 100

const code = 'SerializationException'
const decoder = new TextDecoder('utf-8', { fatal: true })

/** Parses a body. An empty one is an empty object. @throws ProtocolError `SerializationException` */
export function parseJson(body: Uint8Array): unknown {
  if (body.byteLength === 0) return {}
  requireShallow(body)
  try {
    return JSON.parse(decoder.decode(body))
  } catch (cause) {
    throw new ProtocolError(code, 'The request body is not valid JSON', { cause })
  }
}

/** Counts brackets outside strings; right for valid JSON, and invalid JSON is refused by the parser behind it. */
function requireShallow(body: Uint8Array): void {
  let depth = 0
  for (let at = 0; at < body.length; at = (at + 1) | 0) {
    const byte = body[at]
    if (byte === quote) at = stringEnd(body, at + 1)
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1
      if (depth > depthMax) throw new ProtocolError(code, `The request body is nested deeper than ${depthMax} levels`)
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1
    }
  }
}

const quote = 0x22
const backslash = 0x5c

/** Where the quote is that ends the string whose text begins at `from`; nearly all of most bodies is in strings. */
function stringEnd(body: Uint8Array, from: number): number {
  let at = from | 0
  while (at < body.length) {
    const byte = body[at]
    if (byte === quote) return at
    at = (at + (byte === backslash ? 2 : 1)) | 0
  }
  return at
}

interface BodyMember {
  readonly name: string
  readonly wireName: string
  readonly shape: string
}

/** Shapes live as long as their model; the members of each are listed once. */
const bodyMembersByShape = new WeakMap<StructureShape, readonly BodyMember[]>()

function bodyMembers(shape: StructureShape): readonly BodyMember[] {
  const known = bodyMembersByShape.get(shape)
  if (known !== undefined) return known
  const members = Object.entries(shape.members).flatMap(([name, member]) =>
    member.location === undefined ? [{ name, wireName: member.locationName ?? name, shape: member.shape }] : [],
  )
  bodyMembersByShape.set(shape, members)
  return members
}

/** Reads a parsed value as a shape. `null` must have been dealt with by the caller. @throws ProtocolError */
export function readJson(model: ServiceModel, shapeName: string, value: unknown): unknown {
  const shape = shapeOf(model, shapeName)
  switch (shape.type) {
    case 'structure': {
      const source = requireObject(value)
      // The names are the model's, so assigning is as good as defining, and a list of structures is read far faster.
      const read: Record<string, unknown> = {}
      for (const { name, wireName, shape: memberShape } of bodyMembers(shape)) {
        const raw = Object.hasOwn(source, wireName) ? source[wireName] : null
        if (raw !== null) read[name] = readJson(model, memberShape, raw)
      }
      return read
    }
    case 'list': {
      if (!Array.isArray(value)) throw mismatch(value, 'a List')
      const member = shape.member.shape
      return value.map((each) => readJson(model, member, each))
    }
    case 'map': {
      const entries = Object.entries(requireObject(value)).filter(([, each]) => each !== null)
      return objectOf(entries.map(([key, each]) => [key, readJson(model, shape.value.shape, each)]))
    }
    default:
      return readScalar(shape, value)
  }
}

function readScalar(shape: Exclude<Shape, { type: 'structure' | 'list' | 'map' }>, value: unknown): unknown {
  switch (shape.type) {
    case 'string':
      if (typeof value === 'string') return value
      break
    case 'boolean':
      if (typeof value === 'boolean') return value
      break
    case 'integer':
    case 'long':
      if (typeof value === 'number' && fitsInteger(shape.type, value)) return value
      break
    case 'float':
    case 'double':
      if (typeof value === 'number') return value
      if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value)
      break
    case 'timestamp': {
      const ms =
        typeof value === 'number'
          ? readEpochSeconds(value)
          : typeof value === 'string'
            ? readTimestampText(value)
            : undefined
      if (ms !== undefined) return ms
      break
    }
    case 'blob':
      if (typeof value === 'string') return readBase64(value, code)
  }
  throw mismatch(value, javaName[shape.type])
}

function requireObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw Array.isArray(value)
    ? new ProtocolError(code, 'Start of list found where not expected')
    : mismatch(value, 'a Structure or Map')
}

function mismatch(value: unknown, wanted: string): ProtocolError {
  if (Array.isArray(value)) return new ProtocolError(code, 'Start of list found where not expected')
  switch (typeof value) {
    case 'string':
      return new ProtocolError(code, `STRING_VALUE can not be converted to ${wanted}`)
    case 'number':
      return new ProtocolError(code, `NUMBER_VALUE can not be converted to ${wanted}`)
    case 'boolean':
      return new ProtocolError(code, `${value ? 'TRUE' : 'FALSE'}_VALUE can not be converted to ${wanted}`)
    default:
      return value === null
        ? new ProtocolError(code, `NULL_VALUE can not be converted to ${wanted}`)
        : new ProtocolError(code, 'Start of structure or map found where not expected.')
  }
}

/** The JSON value of a shape's value; members bound to headers and the like are left out, as is what is undefined. */
export function writeJson(model: ServiceModel, shapeName: string, value: unknown): unknown {
  const shape = shapeOf(model, shapeName)
  switch (shape.type) {
    case 'structure': {
      const source = value as Readonly<Record<string, unknown>>
      const target: Record<string, unknown> = {}
      for (const [name, member] of Object.entries(shape.members)) {
        const each = source[name]
        if (each === undefined || each === null || member.location !== undefined) continue
        target[member.locationName ?? name] = writeJson(model, member.shape, each)
      }
      return target
    }
    case 'list': {
      const member = shape.member.shape
      return (value as readonly unknown[]).map((each) => writeJson(model, member, each))
    }
    case 'map': {
      const entries = Object.entries(value as object).filter(([, each]) => each !== undefined && each !== null)
      return objectOf(entries.map(([key, each]) => [key, writeJson(model, shape.value.shape, each)]))
    }
    case 'timestamp':
      return (value as number) / 1000
    case 'blob':
      return base64Text(value as Uint8Array)
    case 'float':
    case 'double':
      return Number.isFinite(value) ? value : String(value)
    default:
      return value
  }
}
