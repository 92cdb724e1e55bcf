import type { Member, StructureShape } from '../model/index.ts'
import { readXmlHead } from '../protocol/index.ts'
import type { Identified, ObservedRequest } from './identify.ts'
import { readCborHead } from './read-cbor-head.ts'
import { formTree } from './read-form-head.ts'
import { readJsonHead } from './read-json-head.ts'
import { fromForm, fromJson, fromXml, scalarFromText } from './read-members.ts'

/** Values by the model's names of members. */
export type Members = Readonly<Record<string, unknown>>

const decoder = new TextDecoder()

/**
 * What a request asks, as far as its head tells: members under the model's names, times as epoch milliseconds; streams
 * and payloads that are bytes are left out. `undefined` when the operation is not known. Never throws.
 */
export function readInput(identified: Identified, request: ObservedRequest): Members | undefined {
  const { table, operation, protocol, form } = identified
  if (table === undefined || operation === undefined) return undefined
  const use = { shape: operation.input ?? '' }
  const shape = table.model.shapes[use.shape]
  if (shape?.type !== 'structure') return {}
  switch (protocol) {
    case 'query':
    case 'ec2Query':
      return fromForm(table.model, use, formTree(form), protocol === 'ec2Query') as Members
    case 'rpcV2Cbor':
      return (fromJson(table.model, use, readCborHead(request.bodyHead)) ?? {}) as Members
    case 'restJson1':
    case 'restXml':
      return { ...readBindings(identified, shape, request), ...readRestBody(identified, shape, request) }
    default:
      return (fromJson(table.model, use, readJsonHead(request.bodyHead, request.bodyIsWhole)) ?? {}) as Members
  }
}

function readBindings(identified: Identified, shape: StructureShape, request: ObservedRequest): Members {
  const entries = Object.entries(shape.members).flatMap(([name, member]): [string, unknown][] => {
    const value = readBinding(identified, name, member, request)
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(entries)
}

function readBinding(
  { table, labels, query }: Identified,
  name: string,
  member: Member,
  { headers }: ObservedRequest,
): unknown {
  const wireName = member.locationName ?? name
  const shape = table?.model.shapes[member.shape]
  if (shape === undefined) return undefined
  switch (member.location) {
    case 'uri':
      return labels[wireName] === undefined ? undefined : scalarFromText(shape, labels[wireName])
    case 'header': {
      const text = headers[wireName.toLowerCase()]
      if (text === undefined) return undefined
      return shape.type === 'list' ? text.split(',').map((each) => each.trim()) : scalarFromText(shape, text)
    }
    case 'headers': {
      const prefix = wireName.toLowerCase()
      const found = Object.entries(headers).filter(([header]) => header.startsWith(prefix) && header !== prefix)
      return found.length === 0
        ? undefined
        : Object.fromEntries(found.map(([header, value]) => [header.slice(prefix.length), value]))
    }
    case 'querystring': {
      // A map takes every parameter that no other member names; which those are is not worth the search.
      if (shape.type === 'map') return undefined
      const values = query.filter(([parameter]) => parameter === wireName).map(([, value]) => value)
      if (values.length === 0) return undefined
      return shape.type === 'list' ? values : scalarFromText(shape, values[0] ?? '')
    }
    default:
      return undefined
  }
}

function readRestBody({ table, operation, protocol }: Identified, shape: StructureShape, request: ObservedRequest) {
  const { bodyHead, bodyIsWhole } = request
  if (table === undefined || operation === undefined || bodyHead.byteLength === 0) return {}
  const { payload } = shape
  const member = payload === undefined ? undefined : shape.members[payload]
  if (payload !== undefined && member !== undefined) {
    const type = table.model.shapes[member.shape]?.type
    if (member.streaming === true || type === 'blob') return {}
    if (type === 'string') return bodyIsWhole ? { [payload]: decoder.decode(bodyHead) } : {}
    const value =
      protocol === 'restXml'
        ? fromXml(table.model, member, rootOf(bodyHead))
        : fromJson(table.model, member, readJsonHead(bodyHead, bodyIsWhole))
    return value === undefined ? {} : { [payload]: value }
  }
  const use = { shape: operation.input ?? '' }
  return protocol === 'restXml'
    ? ((fromXml(table.model, use, rootOf(bodyHead)) ?? {}) as Members)
    : ((fromJson(table.model, use, readJsonHead(bodyHead, bodyIsWhole)) ?? {}) as Members)
}

function rootOf(body: Uint8Array) {
  const root = readXmlHead(body)
  return root === undefined ? [] : [root]
}
