import type { Member, ServiceModel, StructureShape } from '@cairn/aws-kit/model'
import type { Call, RecordNotes, WireOperation } from '../operation.ts'

/**
 * What records show of an S3 request: unlike other services' the names on the wire, not the members. Bucket, `Host`
 * and key; the subresource with an empty value; query parameters and `x-amz-` headers under their own names; the XML
 * body under its root element. Bodies of objects, lists of keys and lists of parts are not shown.
 *
 * @source recorded events of s3.amazonaws.com
 */
export function recordNotes(input: object, call: Call, { model, operation }: WireOperation): RecordNotes {
  const shape = operation.input === undefined ? undefined : model.shapes[operation.input]
  const shown: Record<string, unknown> = {}
  if (shape?.type === 'structure') addMembers(shown, input, shape, model)
  for (const [name, value] of new URLSearchParams(operation.http.uri.split('?')[1] ?? '')) shown[name] = value
  const host = call.header('host')
  if (host !== undefined) shown.Host = host
  return { requestParameters: shown, responseElements: null }
}

/** Checksums, digests and lengths say nothing of what was asked for; a customer's key is a secret. */
const leftOut =
  /^(content-|x-amz-(sdk-|checksum-|content-|decoded-|date|security-token|server-side-encryption-customer-key))/i

function addMembers(shown: Record<string, unknown>, input: object, shape: StructureShape, model: ServiceModel): void {
  for (const [name, member] of Object.entries(shape.members)) {
    const value = (input as Readonly<Record<string, unknown>>)[name]
    if (value === undefined || member.streaming) continue
    const wireName = member.locationName ?? name
    if (member.location === 'uri') shown[uriNames[wireName] ?? wireName] = value
    else if (member.location === 'querystring') shown[wireName] = plain(value)
    else if (member.location === 'header') {
      if (/^x-amz-/i.test(wireName) && !leftOut.test(wireName)) shown[wireName] = plain(value)
    } else if (name === shape.payload && !hiddenPayloads.has(name)) addPayload(shown, name, member, value, model)
  }
}

const uriNames: Readonly<Record<string, string>> = { Bucket: 'bucketName', Key: 'key' }
const hiddenPayloads: ReadonlySet<string> = new Set(['Delete', 'MultipartUpload'])

/** Query parameters and headers are shown as the text they were. */
function plain(value: unknown): string {
  return typeof value === 'string' ? value : String(value)
}

function addPayload(
  shown: Record<string, unknown>,
  name: string,
  member: Member,
  value: unknown,
  model: ServiceModel,
): void {
  if (name === 'Policy' && typeof value === 'string') shown.bucketPolicy = jsonOrText(value)
  else {
    const tree = element(member, value, model)
    const xmlns = model.xmlNamespace ?? ''
    shown[member.locationName ?? name] = typeof tree === 'object' ? { xmlns, ...tree } : tree
  }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A value as the tree of its XML: children by element name, an array only where an element is repeated. */
function element(member: Member, value: unknown, model: ServiceModel): unknown {
  const shape = model.shapes[member.shape]
  if (shape?.type === 'structure') {
    const tree: Record<string, unknown> = {}
    for (const [name, inner] of Object.entries(shape.members)) {
      const child = (value as Readonly<Record<string, unknown>>)[name]
      if (child === undefined) continue
      tree[inner.locationName ?? name] = element(inner, child, model)
    }
    return tree
  }
  if (shape?.type === 'list' && Array.isArray(value)) {
    const items = value.map((item: unknown) => element(shape.member, item, model))
    const content = items.length === 1 ? items[0] : items
    return shape.flattened || member.flattened ? content : { [shape.member.locationName ?? 'member']: content }
  }
  return shape?.type === 'timestamp' && typeof value === 'number' ? new Date(value).toISOString() : value
}
