import type { OperationModel, ServiceModel, StructureShape } from '../model/index.ts'
import { writeJson } from './json.ts'
import { type Answer, emptyBody, writtenJson } from './message.ts'
import { writeHeaders } from './rest-bindings.ts'
import { shapeOf } from './scalar.ts'
import { escapeXml, writeXmlElement, writeXmlMembers } from './xml.ts'

const prologue = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** Writes the answer of a call that succeeded. Members that are undefined are left out; a stream is handed through. */
export function serializeOutput(
  model: ServiceModel,
  operation: OperationModel,
  output: object,
  requestId: string,
): Answer {
  const shape = operation.output === undefined ? undefined : (shapeOf(model, operation.output) as StructureShape)
  switch (model.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return { status: 200, ...jsonBody(model, operation, output, requestId) }
    case 'restJson1': {
      const headers = shape === undefined ? {} : writeHeaders(model, shape, output)
      const content = jsonBody(model, operation, output, requestId)
      return { status: operation.http.code, headers: { ...content.headers, ...headers }, body: content.body }
    }
    case 'query':
      return queryAnswer(model, operation, shape, output, requestId)
    case 'restXml':
      return restXmlAnswer(model, operation, shape, output, requestId)
  }
}

function jsonBody(model: ServiceModel, operation: OperationModel, output: object, requestId: string) {
  const headers = identify(model, requestId)
  const written = writtenJson(output)
  if (written !== undefined) return { headers, body: written }
  const value = operation.output === undefined ? {} : writeJson(model, operation.output, output)
  return { headers, body: Buffer.from(JSON.stringify(value)) }
}

/** `<XResponse><XResult>…</XResult><ResponseMetadata><RequestId>…`; a call without a result has the metadata alone. */
function queryAnswer(
  model: ServiceModel,
  operation: OperationModel,
  shape: StructureShape | undefined,
  output: object,
  requestId: string,
): Answer {
  const wrapper = operation.resultWrapper ?? `${operation.name}Result`
  const result = shape === undefined ? '' : `<${wrapper}>${writeXmlMembers(model, shape, output)}</${wrapper}>`
  const metadata = `<ResponseMetadata><RequestId>${escapeXml(requestId)}</RequestId></ResponseMetadata>`
  const namespace = escapeXml(model.xmlNamespace ?? '')
  const text = `<${operation.name}Response xmlns="${namespace}">${result}${metadata}</${operation.name}Response>`
  return { status: 200, headers: identify(model, requestId), body: Buffer.from(text) }
}

function restXmlAnswer(
  model: ServiceModel,
  operation: OperationModel,
  shape: StructureShape | undefined,
  output: object,
  requestId: string,
): Answer {
  const { 'Content-Type': xmlType, ...identity } = identify(model, requestId)
  if (shape === undefined) return { status: operation.http.code, headers: identity, body: emptyBody }
  const headers = { ...identity, ...writeHeaders(model, shape, output) }
  // Part of an object is told from the whole of it by the status alone.
  const status = headers['Content-Range'] === undefined ? operation.http.code : 206
  const content = operation.http.method === 'HEAD' ? {} : restXmlBody(model, operation, shape, output)
  if ('document' in content) {
    return {
      status,
      headers: { 'Content-Type': xmlType, ...headers },
      body: Buffer.from(prologue + content.document),
    }
  }
  // The only text that is no document is a bucket's policy.
  if ('text' in content) {
    return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: Buffer.from(content.text) }
  }
  return { status, headers, body: content.bytes ?? emptyBody }
}

type RestXmlBody =
  | { readonly document: string }
  | { readonly text: string }
  | { readonly bytes?: Uint8Array | AsyncIterable<Uint8Array> }

function restXmlBody(
  model: ServiceModel,
  operation: OperationModel,
  shape: StructureShape,
  output: object,
): RestXmlBody {
  const { payload } = shape
  if (payload === undefined) {
    const hasBody = Object.values(shape.members).some((member) => member.location === undefined)
    if (!hasBody) return {}
    const root = operation.outputElement ?? `${operation.name}Result`
    const document =
      operation.outputUnwrapped === true
        ? unwrapped(model, root, shape, output)
        : writeXmlElement(model, root, shape, output, model.xmlNamespace)
    return { document }
  }
  const value = (output as Readonly<Record<string, unknown>>)[payload]
  const member = shape.members[payload]
  if (member === undefined || value === undefined || value === null) return {}
  const inner = shapeOf(model, member.shape)
  if (inner.type === 'structure') {
    const root = member.locationName ?? inner.locationName ?? payload
    return { document: writeXmlElement(model, root, inner, value, model.xmlNamespace) }
  }
  if (typeof value === 'string') return { text: value }
  return { bytes: value as Uint8Array | AsyncIterable<Uint8Array> }
}

/** `<LocationConstraint xmlns="…">eu-west-1</LocationConstraint>`: the only member is the document. */
function unwrapped(model: ServiceModel, root: string, shape: StructureShape, output: object): string {
  const [name = ''] = Object.keys(shape.members)
  const value = (output as Readonly<Record<string, unknown>>)[name]
  return `<${root} xmlns="${escapeXml(model.xmlNamespace ?? '')}">${escapeXml(String(value ?? ''))}</${root}>`
}

/** Content type and the headers that name the request, by protocol. */
export function identify(
  model: { readonly protocol: ServiceModel['protocol'] },
  requestId: string,
): Record<'Content-Type', string> & Record<string, string> {
  switch (model.protocol) {
    case 'awsJson1_0':
      return { 'Content-Type': 'application/x-amz-json-1.0', 'x-amzn-RequestId': requestId }
    case 'awsJson1_1':
      return { 'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-RequestId': requestId }
    case 'restJson1':
      return { 'Content-Type': 'application/json', 'x-amzn-RequestId': requestId }
    case 'query':
      return { 'Content-Type': 'text/xml', 'x-amzn-RequestId': requestId }
    case 'restXml':
      return { 'Content-Type': 'application/xml', 'x-amz-request-id': requestId, 'x-amz-id-2': hostId(requestId) }
  }
}

/** S3's second id; clients only show it, so it may be derived from the first. */
export function hostId(requestId: string): string {
  return Buffer.from(`${requestId}/${requestId}`).toString('base64')
}
