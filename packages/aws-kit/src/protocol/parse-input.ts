import type { StructureShape } from '../model/index.ts'
import { parseJson, readJson } from './json.ts'
import { frameworkCode } from './protocol-error.ts'
import { readQueryInput } from './query.ts'
import { readBindings } from './rest-bindings.ts'
import type { Route } from './route.ts'
import { objectOf, shapeOf } from './scalar.ts'
import { readXmlStructure } from './xml.ts'
import { malformed, readXmlDocument } from './xml-reader.ts'

/**
 * Reads the input of a call: timestamps as epoch milliseconds, blobs as bytes, unknown members ignored. Whether the
 * values are allowed is `validateInput`'s question.
 *
 * `body` is a stream only where `route.operation.streamingInput` names a member; it is then handed on unread.
 *
 * @throws ProtocolError `SerializationException`, `MalformedInput`, `MalformedXML` or, for S3's head, `InvalidArgument`
 */
export function parseInput(route: Route, body: Uint8Array | AsyncIterable<Uint8Array>): object {
  const { model, operation } = route
  if (operation.input === undefined) return {}
  const shape = shapeOf(model, operation.input)
  if (shape.type !== 'structure') throw new TypeError(`the input of ${operation.name} is no structure`)
  if (operation.streamingInput !== undefined) {
    const entries = readBindings(route, shape, frameworkCode(model.protocol, 'invalid'))
    return objectOf([...entries, [operation.streamingInput, body instanceof Uint8Array ? once(body) : body]])
  }
  if (!(body instanceof Uint8Array)) throw new TypeError(`${operation.name} takes no stream`)
  switch (model.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return readJson(model, operation.input, parseJson(body)) as object
    case 'query':
      return readQueryInput(model, shape, route.parameters, route.head.path)
    case 'restJson1': {
      const entries = readBindings(route, shape, 'SerializationException')
      const inBody = readJson(model, operation.input, parseJson(body)) as object
      return objectOf([...entries, ...Object.entries(inBody)])
    }
    case 'restXml':
      return objectOf([...readBindings(route, shape, 'InvalidArgument'), ...readXmlBody(route, shape, body)])
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes
}

function readXmlBody(route: Route, shape: StructureShape, body: Uint8Array): [string, unknown][] {
  const { model, operation } = route
  if (body.byteLength === 0) return []
  if (shape.payload === undefined) {
    const hasBody = Object.values(shape.members).some((member) => member.location === undefined)
    if (!hasBody) return []
    return Object.entries(readXmlStructure(model, shape, readRoot(body, operation.inputElement ?? operation.name)))
  }
  const member = shape.members[shape.payload]
  if (member === undefined) throw new TypeError(`${operation.name} has no member ${shape.payload}`)
  const payload = shapeOf(model, member.shape)
  switch (payload.type) {
    case 'structure': {
      const root = readRoot(body, member.locationName ?? shape.payload)
      return [[shape.payload, readXmlStructure(model, payload, root)]]
    }
    case 'string':
      return [[shape.payload, Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')]]
    case 'blob':
      return [[shape.payload, body]]
    default:
      throw new TypeError(`a ${payload.type} cannot be a body`)
  }
}

function readRoot(body: Uint8Array, name: string) {
  const root = readXmlDocument(body)
  if (root.name !== name) throw malformed()
  return root
}
