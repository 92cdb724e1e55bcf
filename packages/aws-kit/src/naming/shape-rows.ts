import type { Member, Shape, TimestampFormat } from '../model/index.ts'

/*
 * Shapes in a file of models/routes (written by scripts/codegen/shape-table.ts):
 *
 *     shape     = structure / ["L", use, item name, flattened] / ["M", use, key name, value name, *( "f" / "k" )]
 *     structure = { member: use / [use, wire name, binding, query name] }
 *     use       = ( scalar / "@" shape ) [ "!" ]      ; "!": sensitive
 *     scalar    = "s" / "i" / "l" / "f" / "d" / "b" / "x" / "t" [ "i" / "r" / "u" ]
 *     binding   = [ "u" / "h" / "p" / "q" / "c" ] *( "r" / "P" / "f" / "a" / "s" )
 *                 ; path, header, headers, query, status; required, payload, flattened, attribute, streamed
 */

type ShapeRow = readonly string[] | Readonly<Record<string, string | readonly string[]>>

export type ShapeRows = Readonly<Record<string, ShapeRow>>

const timestampFormats: Readonly<Record<string, TimestampFormat>> = { ti: 'iso8601', tr: 'rfc822', tu: 'unixTimestamp' }

const scalarShapes: Readonly<Record<string, Shape>> = Object.fromEntries(
  (
    [
      ['s', { type: 'string' }],
      ['i', { type: 'integer' }],
      ['l', { type: 'long' }],
      ['f', { type: 'float' }],
      ['d', { type: 'double' }],
      ['b', { type: 'boolean' }],
      ['x', { type: 'blob' }],
      ['t', { type: 'timestamp' }],
      ...Object.entries(timestampFormats).map(
        ([code, timestampFormat]) => [code, { type: 'timestamp', timestampFormat }] as const,
      ),
    ] satisfies (readonly [string, Shape])[]
  ).map(([code, shape]) => [code, shape]),
)

function toShape(row: ShapeRow): Shape {
  if (!isRow(row)) {
    const members = Object.entries(row).map(([name, use]) => [name, toMember(use)] as const)
    const required = members.flatMap(([name, member]) => (member.isRequired ? [name] : []))
    const payload = members.find(([, member]) => member.isPayload)?.[0]
    return {
      type: 'structure',
      required,
      members: Object.fromEntries(members.map(([name, { isRequired, isPayload, ...member }]) => [name, member])),
      ...(payload !== undefined && { payload }),
    }
  }
  const [kind, use = 's', first = '', second = '', third = ''] = row
  const member = toUse(use)
  if (kind === 'L') return { type: 'list', member: named(member, first), flattened: second === 'f' }
  const key: Member = { shape: 's', ...(third.includes('k') && { sensitive: true }) }
  return { type: 'map', key: named(key, first), value: named(member, second), flattened: third.includes('f') }
}

/**
 * Shapes by their names, each made when it is first asked for: a call needs a dozen of EC2's 2,500, and making all would
 * hold up the loop for longer than it may be. What was made is an own property; only the rest gets to the proxy.
 */
export function lazyShapes(rows: ShapeRows): Readonly<Record<string, Shape>> {
  const rest = new Proxy(scalarShapes, {
    get(scalars, name) {
      if (typeof name !== 'string') return undefined
      const row = name.startsWith('@') && Object.hasOwn(rows, name.slice(1)) ? rows[name.slice(1)] : undefined
      const shape = row === undefined ? (Object.hasOwn(scalars, name) ? scalars[name] : undefined) : toShape(row)
      if (shape !== undefined) made[name] = shape
      return shape
    },
  })
  const made: Record<string, Shape> = Object.create(rest)
  return made
}

function isRow(row: ShapeRow): row is readonly string[] {
  return Array.isArray(row)
}

function toUse(use: string): Member {
  return use.endsWith('!') ? { shape: use.slice(0, -1), sensitive: true } : { shape: use }
}

function named(member: Member, locationName: string): Member {
  return locationName === '' ? member : { ...member, locationName }
}

const locations = { u: 'uri', h: 'header', p: 'headers', q: 'querystring', c: 'statusCode' } as const

/** A member on its way into its structure: whether it is required and the payload are the structure's to say. */
type BoundMember = Member & { readonly isRequired: boolean; readonly isPayload: boolean; readonly queryName?: string }

function toMember(row: string | readonly string[]): BoundMember {
  const [use = 's', wireName = '', binding = '', queryName = ''] = typeof row === 'string' ? [row] : row
  const first = binding.slice(0, 1)
  const location = first in locations ? locations[first as keyof typeof locations] : undefined
  const flags = location === undefined ? binding : binding.slice(1)
  return {
    ...named(toUse(use), wireName),
    ...(location !== undefined && { location }),
    ...(flags.includes('f') && { flattened: true }),
    ...(flags.includes('a') && { xmlAttribute: true }),
    ...(flags.includes('s') && { streaming: true }),
    ...(queryName !== '' && { queryName }),
    isRequired: flags.includes('r'),
    isPayload: flags.includes('P'),
  }
}
