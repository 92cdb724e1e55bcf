import type { Member, ServiceModel, StructureShape } from '@cairn/aws-kit/model'
import type { RoutedOperation, RouteTable } from '@cairn/aws-kit/naming'
import type { ObservedRequest } from './index.ts'

/** Values by the model's names of members. */
export type Values = Readonly<Record<string, unknown>>

export type Form = [name: string, value: string][]

const encoder = new TextEncoder()

/** A request as a client of the model writes it; of EC2 and S3 only what all clients of their protocols would. */
export function writeRequest(table: RouteTable, operation: RoutedOperation, input: Values): ObservedRequest {
  const common = {
    host: `${table.endpointPrefix}.eu-west-1.amazonaws.com`,
    signing: { service: table.signingName, region: 'eu-west-1' },
    bodyIsWhole: true,
  }
  const use = { shape: operation.input ?? '' }
  switch (table.protocol) {
    case 'query':
    case 'ec2Query': {
      const form = queryForm(table.model, use, input, '', table.protocol === 'ec2Query')
      return { ...common, ...formRequest(table, operation, form) }
    }
    case 'restJson1':
    case 'restXml':
      return { ...common, ...restRequest(table, operation, input) }
    case 'rpcV2Cbor': {
      const target = `/service/${table.targetPrefix}/operation/${operation.name}`
      const bodyHead = encodeCbor(toJson(table.model, use, input))
      return { ...common, method: 'POST', target, headers: { 'smithy-protocol': 'rpc-v2-cbor' }, bodyHead }
    }
    default: {
      const headers = {
        'x-amz-target': `${table.targetPrefix}.${operation.name}`,
        'content-type': 'application/x-amz-json-1.1',
      }
      const bodyHead = encoder.encode(JSON.stringify(toJson(table.model, use, input)))
      return { ...common, method: 'POST', target: '/', headers, bodyHead }
    }
  }
}

export function toJson(model: ServiceModel, member: Member, value: unknown): unknown {
  const shape = model.shapes[member.shape]
  if (shape?.type === 'structure' && isObject(value)) {
    const members = Object.entries(shape.members).filter(
      ([name, own]) => value[name] !== undefined && own.location === undefined,
    )
    return Object.fromEntries(members.map(([name, own]) => [own.locationName ?? name, toJson(model, own, value[name])]))
  }
  if (shape?.type === 'list' && Array.isArray(value)) return value.map((item) => toJson(model, shape.member, item))
  if (shape?.type === 'map' && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(model, shape.value, item)]))
  }
  return shape?.type === 'timestamp' ? Number(value) / 1000 : value
}

export function xmlOf(model: ServiceModel, member: Member, value: unknown): string {
  const shape = model.shapes[member.shape]
  if (shape?.type === 'structure' && isObject(value)) {
    return Object.entries(shape.members)
      .filter(([name, own]) => value[name] !== undefined && own.location === undefined)
      .map(
        ([name, own]) => `<${own.locationName ?? name}>${xmlOf(model, own, value[name])}</${own.locationName ?? name}>`,
      )
      .join('')
  }
  if (shape?.type === 'list' && Array.isArray(value)) {
    const name = shape.member.locationName ?? 'member'
    return value.map((item) => `<${name}>${xmlOf(model, shape.member, item)}</${name}>`).join('')
  }
  if (shape?.type === 'timestamp') return new Date(Number(value)).toISOString()
  return escapeXml(String(value))
}

export function queryForm(model: ServiceModel, member: Member, value: unknown, path: string, isEc2 = false): Form {
  const shape = model.shapes[member.shape]
  const below = (step: string) => (path === '' ? step : `${path}.${step}`)
  if (shape?.type === 'structure' && isObject(value)) {
    return Object.entries(shape.members).flatMap(([name, own]) =>
      value[name] === undefined
        ? []
        : queryForm(model, own, value[name], below(isEc2 ? ec2Name(name, own) : (own.locationName ?? name)), isEc2),
    )
  }
  if (shape?.type === 'list' && Array.isArray(value)) {
    if (value.length === 0) return [[path, '']]
    const step = shape.flattened || isEc2 ? '' : `${shape.member.locationName ?? 'member'}.`
    return value.flatMap((item, index) => queryForm(model, shape.member, item, below(`${step}${index + 1}`), isEc2))
  }
  if (shape?.type === 'map' && isObject(value)) {
    const step = shape.flattened || isEc2 ? '' : 'entry.'
    return Object.entries(value).flatMap(([key, item], index) => [
      [below(`${step}${index + 1}.${shape.key.locationName ?? 'key'}`), key],
      ...queryForm(
        model,
        shape.value,
        item,
        below(`${step}${index + 1}.${shape.value.locationName ?? 'value'}`),
        isEc2,
      ),
    ])
  }
  return [[path, shape?.type === 'timestamp' ? new Date(Number(value)).toISOString() : String(value)]]
}

function ec2Name(name: string, member: Member & { readonly queryName?: string }): string {
  const wireName = member.queryName ?? member.locationName ?? name
  return wireName.slice(0, 1).toUpperCase() + wireName.slice(1)
}

export function formRequest(table: RouteTable, operation: RoutedOperation, form: Form) {
  const all = [['Action', operation.name], ['Version', table.model.apiVersion], ...form]
  const bodyHead = encoder.encode(new URLSearchParams(all).toString())
  return { method: 'POST', target: '/', headers: { 'content-type': 'application/x-www-form-urlencoded' }, bodyHead }
}

export function restRequest(table: RouteTable, operation: RoutedOperation, input: Values) {
  const [path = '', literals = ''] = operation.http.uri.split('?')
  const shape = operation.input === undefined ? undefined : table.model.shapes[operation.input]
  const members = Object.entries((shape as StructureShape | undefined)?.members ?? {})
  let target = path
  const query: Form = []
  const headers: Record<string, string> = {}
  for (const [name, member] of members) {
    const [value, wireName] = [input[name], member.locationName ?? name]
    if (member.location === 'uri') {
      const text = encodeURIComponent(String(value ?? 'label'))
      target = target.replace(`{${wireName}}`, text).replace(`{${wireName}+}`, text)
    } else if (value !== undefined && member.location === 'querystring') {
      for (const each of Array.isArray(value) ? value : [value]) query.push([wireName, String(each)])
    } else if (value !== undefined && member.location === 'header') headers[wireName.toLowerCase()] = String(value)
  }
  const text = [literals, new URLSearchParams(query).toString()].filter(Boolean).join('&')
  return {
    method: operation.http.method,
    target: text === '' ? target : `${target}?${text}`,
    headers,
    bodyHead: encoder.encode(operation.http.method === 'GET' ? '' : restBody(table, operation, input)),
  }
}

function restBody(
  { model, protocol }: RouteTable,
  { input: shapeName = '', name, inputElement }: RoutedOperation,
  input: Values,
): string {
  const shape = model.shapes[shapeName] as StructureShape | undefined
  const payload = shape?.payload === undefined ? undefined : shape.members[shape.payload]
  const member = payload ?? { shape: shapeName }
  const value = shape?.payload === undefined ? input : input[shape.payload]
  if (value === undefined) return ''
  if (!isObject(value)) return String(value)
  if (protocol === 'restJson1') return JSON.stringify(toJson(model, member, value))
  const root = payload === undefined ? (inputElement ?? name) : (payload.locationName ?? shape?.payload ?? name)
  return `<${root}>${xmlOf(model, member, value)}</${root}>`
}

/** Definite lengths of four bytes throughout: short is not the aim. */
function encodeCbor(value: unknown): Uint8Array {
  const head = (type: number, count: number) => Buffer.from([(type << 5) | 26, ...u32(count)])
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9, 0xfb)
    bytes.writeDoubleBE(value, 1)
    return bytes
  }
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encodeCbor)])
  if (!isObject(value)) return Buffer.from([0xf6])
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return Buffer.concat([
    head(5, entries.length),
    ...entries.flatMap(([name, each]) => [encodeCbor(name), encodeCbor(each)]),
  ])
}

function u32(value: number): readonly number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

export function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
