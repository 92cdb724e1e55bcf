import type { Member, ServiceModel, StructureShape } from '@cairn/aws-kit/model'
import { type RoutedOperation, type RouteTable, routeIndex, routeTable } from '@cairn/aws-kit/naming'
import { memberHabits, recordEventName, recordEventSource, recordMemberName } from '@cairn/core/record'
import type { ObservedAnswer, ObservedRequest } from './index.ts'
import {
  escapeXml,
  type Form,
  formRequest,
  isObject,
  queryForm,
  restRequest,
  type Values as Shown,
  toJson,
  xmlOf,
} from './wire.fixture.ts'

/** The parts of a real record that a request can be rebuilt from. */
export interface RealRecord {
  readonly eventSource: string
  readonly eventName: string
  readonly awsRegion: string
  readonly requestParameters: Shown | null
  readonly responseElements: Shown | null
  readonly [field: string]: unknown
}

const encoder = new TextEncoder()

/** The operation a record is of, by the names that records give. */
export function operationOf(record: RealRecord): { table: RouteTable; operation: RoutedOperation } | undefined {
  let plain: { table: RouteTable; operation: RoutedOperation } | undefined
  for (const service of servicesBySource().get(record.eventSource) ?? []) {
    const table = routeTable(service)
    for (const operation of table.operations.values()) {
      const name = recordEventName(service, operation.name, operation.http.uri)
      if (name !== record.eventName && operation.name !== record.eventName) continue
      if (name === record.eventName && fit(table, operation, record.requestParameters)) return { table, operation }
      plain ??= { table, operation }
    }
  }
  return plain
}

/** Of APIs of one name (elb and elbv2), the one whose members the record has. */
function fit({ model }: RouteTable, { input }: RoutedOperation, shown: Shown | null): boolean {
  const shape = input === undefined ? undefined : model.shapes[input]
  if (shape?.type !== 'structure' || shown === null) return true
  const names = new Set(Object.keys(shape.members).map(recordMemberName))
  return Object.keys(shown).every((name) => names.has(name) || /^[A-Z]/.test(name))
}

let bySource: ReadonlyMap<string, readonly string[]> | undefined
function servicesBySource(): ReadonlyMap<string, readonly string[]> {
  const { services, bySigningName } = routeIndex()
  const signingNames = new Map(
    [...bySigningName].flatMap(([name, own]) => own.map((service) => [service, name] as const)),
  )
  bySource ??= Map.groupBy(services, (service) => recordEventSource(service, signingNames.get(service) ?? service))
  return bySource
}

/** A request that the record could be of, as the model lets a client write it. */
export function rebuildRequest(table: RouteTable, operation: RoutedOperation, record: RealRecord): ObservedRequest {
  const shown = record.requestParameters ?? {}
  const host = `${table.endpointPrefix}.${record.awsRegion}.amazonaws.com`
  const common = {
    host,
    signing: { service: table.signingName, region: record.awsRegion },
    bodyHead: new Uint8Array(),
    bodyIsWhole: true,
  }
  const { model, service, protocol } = table
  if (service === 's3') return { ...common, ...s3Request(operation, model, shown) }
  const habits = memberHabits(service, operation.name)
  const input = asInput(model, operation.input, shown, habits.nameOf ?? recordMemberName) as Shown
  switch (protocol) {
    case 'ec2Query':
      return { ...common, ...formRequest(table, operation, ec2Form(table, operation, shown)) }
    case 'query':
      return {
        ...common,
        ...formRequest(table, operation, queryForm(model, { shape: operation.input ?? '' }, input, '')),
      }
    case 'restJson1':
    case 'restXml':
      return { ...common, ...restRequest(table, operation, input), host: String(shown.Host ?? host) }
    case 'rpcV2Cbor':
    case 'awsJson1_0':
    case 'awsJson1_1':
    case 'unknown': {
      const headers = {
        'x-amz-target': `${table.targetPrefix}.${operation.name}`,
        'content-type': 'application/x-amz-json-1.1',
      }
      const body = JSON.stringify(toJson(model, { shape: operation.input ?? '' }, input))
      return { ...common, method: 'POST', target: '/', headers, bodyHead: encoder.encode(body) }
    }
  }
}

/** An answer that the record could be of; `undefined` where the record shows none. */
export function rebuildAnswer(
  table: RouteTable,
  operation: RoutedOperation,
  record: RealRecord,
): ObservedAnswer | undefined {
  const shown = record.responseElements
  if (table.service === 'kms') return kmsAnswer(record)
  if (shown === null || shown === undefined) return undefined
  const { model, protocol, service } = table
  const common = { status: 200, headers: {}, bodyIsWhole: true }
  const habits = memberHabits(service, operation.name)
  if (protocol === 'ec2Query') return { ...common, bodyHead: encoder.encode(ec2Document(operation.name, shown)) }
  const isUnwrapped = ['rds', 'redshift'].includes(service)
  const only = isUnwrapped ? onlyMember(model, operation.output) : undefined
  const wrapped = only === undefined ? shown : { [recordMemberName(only)]: shown }
  const output = asInput(model, operation.output, wrapped, habits.nameOf ?? recordMemberName) as Shown
  if (protocol === 'query' || protocol === 'restXml') {
    const inner = xmlOf(model, { shape: operation.output ?? '' }, output)
    const text = `<${operation.name}Response><${operation.resultWrapper}>${inner}</${operation.resultWrapper}></${operation.name}Response>`
    return { ...common, bodyHead: encoder.encode(text) }
  }
  const body = JSON.stringify(toJson(model, { shape: operation.output ?? '' }, output))
  return { ...common, bodyHead: encoder.encode(body) }
}

/** Not shown, and yet every answer of KMS names its key. */
function kmsAnswer({ resources }: RealRecord): ObservedAnswer {
  const KeyId = (resources as readonly Shown[] | undefined)?.[0]?.ARN
  return { status: 200, headers: {}, bodyIsWhole: true, bodyHead: encoder.encode(JSON.stringify({ KeyId })) }
}

function onlyMember(model: ServiceModel, output: string | undefined): string | undefined {
  const shape = output === undefined ? undefined : model.shapes[output]
  const members = shape?.type === 'structure' ? Object.entries(shape.members) : []
  return members.length === 1 && model.shapes[members[0]?.[1].shape ?? '']?.type === 'structure'
    ? members[0]?.[0]
    : undefined
}

/** Members as the model spells them; what no member is shown as is lost, and so counts as a difference later. */
function asInput(
  model: ServiceModel,
  shapeName: string | undefined,
  shown: unknown,
  nameOf: (member: string, wireName: string) => string,
): unknown {
  const shape = shapeName === undefined ? undefined : model.shapes[shapeName]
  if (shape?.type === 'list' && Array.isArray(shown)) {
    return shown.map((item) => asInput(model, shape.member.shape, item, nameOf))
  }
  if (shape?.type === 'map' && isObject(shown)) {
    return Object.fromEntries(
      Object.entries(shown).map(([key, item]) => [key, asInput(model, shape.value.shape, item, nameOf)]),
    )
  }
  if (shape?.type === 'map' && shown === 'HIDDEN_DUE_TO_SECURITY_REASONS') return {}
  if (shape?.type === 'timestamp' && typeof shown === 'string')
    return Date.parse(/Z$/.test(shown) ? shown : `${shown} UTC`)
  if (shape?.type !== 'structure') return shown
  const values = isObject(shown) ? shown : {}
  const members = Object.entries(shape.members).flatMap(([name, member]) => {
    const value = values[nameOf(name, member.locationName ?? name)]
    return value === undefined ? [] : [[name, asInput(model, member.shape, value, nameOf)] as const]
  })
  return Object.fromEntries(members)
}

function s3Request(operation: RoutedOperation, model: ServiceModel, shown: Shown) {
  const host = String(shown.Host ?? 's3.amazonaws.com')
  const bucket = shown.bucketName === undefined ? undefined : String(shown.bucketName)
  const isInHost = bucket !== undefined && host.startsWith(`${bucket}.`)
  const path = [isInHost ? undefined : bucket, shown.key === undefined ? undefined : encodeURI(String(shown.key))]
  const shape = operation.input === undefined ? undefined : model.shapes[operation.input]
  const members = Object.values((shape as StructureShape | undefined)?.members ?? {})
  const wireNames = (location: Member['location']) =>
    new Set(members.filter((member) => member.location === location).map((member) => member.locationName ?? ''))
  const [inQuery, inHeaders] = [wireNames('querystring'), wireNames('header')]
  const literals = operation.http.uri.split('?')[1]
  const query = Object.entries(shown)
    .filter(([name]) => inQuery.has(name) || /^X-Amz-/.test(name))
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  const headers = Object.fromEntries(
    Object.entries(shown)
      .filter(([name]) => inHeaders.has(name) || name.startsWith('x-amz-'))
      .map(([name, value]) => [name, String(value)]),
  )
  const [document] = Object.entries(shown).filter(([, value]) => isObject(value))
  const text =
    document === undefined ? '' : document[0] === 'bucketPolicy' ? JSON.stringify(document[1]) : elementOf(...document)
  const target = `/${path.filter((part) => part !== undefined).join('/')}?${[literals, ...query].filter(Boolean).join('&')}`
  return {
    method: operation.http.method,
    host,
    target: target.replace(/\?$/, ''),
    headers: { authorization: 'AWS4-HMAC-SHA256', ...headers },
    bodyHead: encoder.encode(text),
  }
}

function elementOf(name: string, value: unknown): string {
  if (!isObject(value)) return `<${name}>${escapeXml(String(value))}</${name}>`
  const { xmlns, ...children } = value
  const inner = Object.entries(children).map(([child, each]) =>
    Array.isArray(each) ? each.map((item) => elementOf(child, item)).join('') : elementOf(child, each),
  )
  return `<${name}${xmlns === undefined ? '' : ` xmlns="${xmlns}"`}>${inner.join('')}</${name}>`
}

/** EC2's form from what its emitters show: of the second the form's own names, of the first the model's by likeness. */
function ec2Form(table: RouteTable, operation: RoutedOperation, shown: Shown): Form {
  const second = shown[`${operation.name}Request`]
  if (second !== undefined) return isObject(second) ? secondForm(second, '') : []
  const instances = (shown.instancesSet as { items?: readonly Shown[] } | undefined)?.items?.[0]
  const all = operation.name === 'RunInstances' ? { ...shown, ...instances, instancesSet: undefined } : shown
  return firstForm(table.model, operation.input, all, '')
}

function secondForm(shown: Shown, path: string): Form {
  return Object.entries(shown).flatMap(([name, value]): Form => {
    if (name === 'tag') return []
    const below = path === '' ? name : `${path}.${name}`
    const items = Array.isArray(value) ? value : isObject(value) && 'tag' in value ? [value] : undefined
    if (items === undefined) return isObject(value) ? secondForm(value, below) : [[below, String(value)]]
    return items.flatMap((item: Shown, index): Form => {
      const at = `${below}.${index + 1}`
      return 'content' in item ? [[at, String(item.content)]] : secondForm(item, at)
    })
  })
}

/** Words that the first emitter's names of sets have beyond the wire's. */
const noise = /(s?set|ids?|items?|address|name)$/i
const odd: Readonly<Record<string, string>> = {
  sharedusersset: 'RestorableBy',
  executablebyset: 'ExecutableBy',
  securitygroupset: 'GroupName',
  securitygroupidset: 'GroupId',
  placementgroupset: 'GroupName',
  placementgroupidset: 'GroupId',
  availabilityzoneset: 'ZoneName',
  availabilityzoneidset: 'ZoneId',
  groupset: 'SecurityGroupId',
  resourcesset: 'ResourceId',
  accountattributenameset: 'AttributeName',
  attributetype: 'Attribute',
  aclprotocol: 'Protocol',
  zone: 'AvailabilityZone',
  icmptypecode: 'Icmp',
  tags: 'Tag',
}

function firstForm(model: ServiceModel, shapeName: string | undefined, shown: Shown, path: string): Form {
  const shape = shapeName === undefined ? undefined : model.shapes[shapeName]
  if (shape?.type !== 'structure') return []
  const members = Object.entries(shape.members).map(([name, member]) => {
    const wireName = (member as { queryName?: string }).queryName ?? member.locationName ?? name
    return { member, wireName: wireName.slice(0, 1).toUpperCase() + wireName.slice(1) }
  })
  return Object.entries(shown).flatMap(([name, value]): Form => {
    if (value === undefined) return []
    const stem = (text: string) => text.toLowerCase().replace(noise, '').replace(noise, '').replace(/s$/, '')
    const lower = name.toLowerCase()
    const found =
      members.find(({ wireName }) => wireName.toLowerCase() === lower || wireName === odd[lower]) ??
      members.find(({ wireName }) => stem(wireName) === stem(name))
    if (found === undefined) return []
    const below = path === '' ? found.wireName : `${path}.${found.wireName}`
    const own = model.shapes[found.member.shape]
    if (own?.type === 'list') {
      const items = Array.isArray(value)
        ? value
        : isObject(value)
          ? ((value.items ?? value.item ?? []) as readonly unknown[])
          : []
      return items.flatMap((item, index): Form => {
        const at = `${below}.${index + 1}`
        const inner = model.shapes[own.member.shape]
        if (inner?.type === 'structure') return firstForm(model, own.member.shape, item as Shown, at)
        return [[at, String(isObject(item) ? Object.values(item)[0] : item)]]
      })
    }
    if (isObject(value)) return firstForm(model, found.member.shape, value, below)
    return [[below, String(value)]]
  })
}

function ec2Document(operation: string, shown: Shown): string {
  const second = shown[`${operation}Response`]
  if (isObject(second)) return elementOf(`${operation}Response`, second)
  return `<${operation}Response>${firstXml(shown)}</${operation}Response>`
}

function firstXml(shown: Shown): string {
  return Object.entries(shown)
    .map(([key, value]) => {
      const name = key === '_return' ? 'return' : key
      if (!isObject(value)) {
        const isTime = typeof value === 'number' && value > 1e12
        return `<${name}>${escapeXml(isTime ? new Date(value).toISOString() : String(value))}</${name}>`
      }
      const items = value.items ?? value.item
      if (!Array.isArray(items)) return `<${name}>${firstXml(value)}</${name}>`
      const inner = items.map((item) => `<item>${isObject(item) ? firstXml(item) : escapeXml(String(item))}</item>`)
      return `<${name}>${inner.join('')}</${name}>`
    })
    .join('')
}
