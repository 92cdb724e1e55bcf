import type { Member, ServiceModel, StructureShape } from '../model/index.ts'
import type { RequestHead } from './message.ts'
import { ProtocolError } from './protocol-error.ts'
import type { Route } from './route.ts'
import { objectOf, readScalarText, shapeOf } from './scalar.ts'
import { readTimestampText, timestampText } from './timestamp.ts'

/*
 * Members of the rest protocols outside the body: uri labels, query parameters, headers, and maps of all headers with a
 * prefix. Lists are comma-separated in headers and repeated in queries; timestamps are RFC 7231 in headers and ISO 8601
 * in queries unless the model says otherwise.
 */

/** Reads every member bound to the head of the request. @throws ProtocolError with `code` */
export function readBindings(route: Route, shape: StructureShape, code: string): [string, unknown][] {
  const entries: [string, unknown][] = []
  for (const [name, member] of Object.entries(shape.members)) {
    const value = readBinding(route, name, member, code)
    if (value !== undefined) entries.push([name, value])
  }
  return entries
}

/**
 * @quirk S3 takes this header's value in any case; the C runtime under AWS's own clients sends `enabled` (aws-c-s3,
 * s3_util.c)
 */
const checksumMode = 'x-amz-checksum-mode'

function readBinding(route: Route, name: string, member: Member, code: string): unknown {
  const wireName = member.locationName ?? name
  switch (member.location) {
    case undefined:
    case 'statusCode':
      return undefined
    case 'uri':
      return readOptional(route.model, member, route.labels[wireName], code)
    case 'header': {
      const sent = route.head.headers[wireName.toLowerCase()]
      const text = wireName === checksumMode ? sent?.toUpperCase() : sent
      // A condition that cannot be read is no condition (RFC 9110, 13.1.3).
      if (text !== undefined && wireName.startsWith('If-') && !isReadable(route.model, member, text)) return undefined
      return readOptional(route.model, member, text, code)
    }
    case 'headers':
      return readPrefixed(route.head, wireName.toLowerCase())
    case 'querystring': {
      const values = route.parameters.filter(([parameter]) => parameter === wireName).map(([, value]) => value)
      const shape = shapeOf(route.model, member.shape)
      if (shape.type !== 'list') return readOptional(route.model, member, values[0], code)
      return values.length === 0 ? undefined : values.map((each) => readText(route.model, shape.member, each, code))
    }
  }
}

function isReadable(model: ServiceModel, member: Member, text: string): boolean {
  return shapeOf(model, member.shape).type !== 'timestamp' || readTimestampText(text) !== undefined
}

function readPrefixed(head: RequestHead, prefix: string): object | undefined {
  const found = Object.entries(head.headers).filter(([name]) => name.startsWith(prefix) && name.length > prefix.length)
  return found.length === 0 ? undefined : objectOf(found.map(([name, value]) => [name.slice(prefix.length), value]))
}

function readOptional(model: ServiceModel, member: Member, text: string | undefined, code: string): unknown {
  return text === undefined ? undefined : readText(model, member, text, code)
}

function readText(model: ServiceModel, member: Member, text: string, code: string): unknown {
  const shape = shapeOf(model, member.shape)
  switch (shape.type) {
    case 'string':
      return text
    case 'list':
      return text.split(',').map((each) => readText(model, shape.member, each.trim(), code))
    case 'timestamp': {
      const ms = readTimestampText(text)
      if (ms === undefined) throw new ProtocolError(code, `Invalid date: ${text.slice(0, 64)}`)
      return ms
    }
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
    case 'boolean':
      return readScalarText(shape.type, text, code)
    default:
      throw new TypeError(`a ${shape.type} cannot stand in the head of a request`)
  }
}

/** The headers an output's members make; the body's members are left out. */
export function writeHeaders(model: ServiceModel, shape: StructureShape, output: object): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, member] of Object.entries(shape.members)) {
    const value = (output as Readonly<Record<string, unknown>>)[name]
    if (value === undefined || value === null) continue
    const wireName = member.locationName ?? name
    if (member.location === 'header') {
      headers[wireName] = headerText(model, member, value)
    } else if (member.location === 'headers') {
      for (const [key, each] of Object.entries(value)) headers[wireName + key] = safeHeader(String(each))
    }
  }
  return headers
}

function headerText(model: ServiceModel, member: Member, value: unknown): string {
  const shape = shapeOf(model, member.shape)
  if (shape.type === 'timestamp') {
    return timestampText(value as number, member.timestampFormat ?? shape.timestampFormat ?? 'rfc822', true)
  }
  if (shape.type === 'list') {
    return (value as readonly unknown[]).map((each) => headerText(model, shape.member, each)).join(', ')
  }
  return safeHeader(String(value))
}

const printable = /^[\t\x20-\x7e\u0080-\u00ff]*$/

/** What a header cannot carry goes as an encoded word (RFC 2047), as S3 sends metadata; so no value can end a header. */
function safeHeader(value: string): string {
  return printable.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`
}
