import type { MemberDefinition, ServiceDefinition, ShapeDefinition } from './service-definition.ts'

/** One letter per scalar; the reader has the same table. */
const scalars: Readonly<Record<string, string>> = {
  string: 's',
  integer: 'i',
  long: 'l',
  float: 'f',
  double: 'd',
  boolean: 'b',
  timestamp: 't',
  blob: 'x',
}
const timestampFormats: Readonly<Record<string, string>> = { iso8601: 'ti', rfc822: 'tr', unixTimestamp: 'tu' }
const locations: Readonly<Record<string, string>> = {
  uri: 'u',
  header: 'h',
  headers: 'p',
  querystring: 'q',
  statusCode: 'c',
}

/** The structures, lists and maps that requests and shown answers lead to, each as its row, in the order of names. */
export function shapeTable(
  definition: ServiceDefinition,
  isRead: (operation: string) => boolean,
): ReadonlyMap<string, unknown> {
  const rows = new Map<string, unknown>()
  const open = Object.entries(definition.operations).flatMap(([name, { input, output }]) => [
    ...(input ? [input.shape] : []),
    ...(output && !isRead(name) ? [output.shape] : []),
  ])
  const reference = (member: MemberDefinition, timestampFormat?: string): string => {
    const shape = shapeOf(definition, member.shape)
    const isSensitive = member.sensitive === true || shape.sensitive === true
    const scalar = scalars[shape.type]
    if (scalar === undefined) {
      open.push(member.shape)
      return `@${member.shape}${isSensitive ? '!' : ''}`
    }
    const format = timestampFormats[member.timestampFormat ?? shape.timestampFormat ?? timestampFormat ?? '']
    return `${shape.type === 'timestamp' ? (format ?? scalar) : scalar}${isSensitive ? '!' : ''}`
  }
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (!rows.has(name)) rows.set(name, shapeRow(definition, shapeOf(definition, name), reference))
  }
  return new Map([...rows].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function shapeRow(
  definition: ServiceDefinition,
  shape: ShapeDefinition,
  reference: (member: MemberDefinition) => string,
): unknown {
  switch (shape.type) {
    case 'structure': {
      const members = Object.entries(shape.members ?? {}).map(([name, member]) => {
        const flags = memberFlags(name, member, shape) + (isStreamed(definition, member) ? 's' : '')
        const own = itemName(definition, member) ?? member.locationName ?? ''
        const wireName = own === name ? '' : own
        const queryName = member.queryName ?? ''
        const row = [reference(member), wireName, flags, queryName]
        while (row.at(-1) === '') row.pop()
        return [name, row.length === 1 ? row[0] : row]
      })
      return Object.fromEntries(members)
    }
    case 'list': {
      const member = shape.member as MemberDefinition
      return ['L', reference(member), member.locationName ?? '', shape.flattened ? 'f' : '']
    }
    case 'map': {
      const [key, value] = [shape.key as MemberDefinition, shape.value as MemberDefinition]
      // Whoever shows a map shows its keys, so their being secret is a fact about the map.
      const flags = [shape.flattened && 'f', reference(key).endsWith('!') && 'k'].filter(Boolean).join('')
      return ['M', reference(value), key.locationName ?? '', value.locationName ?? '', flags]
    }
    default:
      return reference({ shape: '' })
  }
}

/** Required members count only where routes are told apart by them. */
function memberFlags(name: string, member: MemberDefinition, shape: ShapeDefinition): string {
  const location = locations[member.location ?? '']
  const isRequired = (location === 'q' || location === 'h') && shape.required?.includes(name) === true
  return [
    location,
    isRequired && 'r',
    shape.payload === name && 'P',
    member.flattened && 'f',
    member.xmlAttribute && 'a',
  ]
    .filter(Boolean)
    .join('')
}

/** The query protocol calls a flattened list by its items: `Item.1.Name`, where the member is `Items`. */
function itemName({ metadata, shapes }: ServiceDefinition, member: MemberDefinition): string | undefined {
  const shape = shapes[member.shape]
  const isFlattened = member.flattened === true || shape?.flattened === true
  return metadata.protocol === 'query' && isFlattened ? shape?.member?.locationName : undefined
}

/** The bytes of an object and the frames of an event stream are no values. */
function isStreamed(definition: ServiceDefinition, member: MemberDefinition): boolean {
  const { streaming, eventstream } = shapeOf(definition, member.shape)
  return member.streaming === true || streaming === true || eventstream === true
}

function shapeOf(definition: ServiceDefinition, name: string): ShapeDefinition {
  const shape = definition.shapes[name]
  if (shape === undefined) throw new Error(`there is no shape ${name}`)
  return shape
}
