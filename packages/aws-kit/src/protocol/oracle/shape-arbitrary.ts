import fc from 'fast-check'
import type { Member, Protocol, ServiceModel, StructureShape } from '../../model/index.ts'
import { shapeOf } from '../scalar.ts'

/** Where a value stands decides which characters can reach the other side at all. */
type Place = 'json' | 'xml' | 'head' | 'label'

/** Members that are left out, at every depth. */
export type Without = (name: string, member: Member) => boolean

/** Recursive shapes end here. */
const depthMax = 3

/** Values of a structure: required members always, the others by chance. */
export function structureArbitrary(
  model: ServiceModel,
  shape: StructureShape,
  without: Without,
): fc.Arbitrary<Record<string, unknown>> {
  return structure(model, shape, model.protocol.includes('Json') ? 'json' : 'xml', 0, without)
}

function structure(
  model: ServiceModel,
  shape: StructureShape,
  place: Place,
  depth: number,
  without: Without,
): fc.Arbitrary<Record<string, unknown>> {
  const members = Object.entries(shape.members).filter(([name, member]) => !without(name, member))
  const chosen = shape.union === true ? members.slice(0, 1) : members
  const arbitraries = chosen.flatMap(([name, member]) => {
    const arbitrary = value(model, member, placeOf(member, place), depth + 1, without)
    if (arbitrary === undefined) return []
    // A body of no characters is no body.
    return [[name, shape.payload === name ? arbitrary.filter((each) => each !== '') : arbitrary] as const]
  })
  const isCertain = (name: string) => shape.required.includes(name) || shape.payload === name
  const requiredKeys = arbitraries.map(([name]) => name).filter(isCertain)
  return fc
    .record(Object.fromEntries(arbitraries), { requiredKeys })
    .map((values) => withoutAbsent(values, model.protocol))
}

function placeOf(member: Member, around: Place): Place {
  switch (member.location) {
    case 'uri':
      return 'label'
    case 'header':
    case 'headers':
      return 'head'
    default:
      return member.xmlAttribute === true ? 'head' : around
  }
}

/** `undefined` for optional members below the depth. */
function value(
  model: ServiceModel,
  member: Member,
  place: Place,
  depth: number,
  without: Without,
): fc.Arbitrary<unknown> | undefined {
  const shape = shapeOf(model, member.shape)
  switch (shape.type) {
    case 'structure':
      return depth > depthMax && shape.required.length === 0
        ? fc.constant({})
        : structure(model, shape, place, depth, without)
    case 'list': {
      const each = value(model, shape.member, place, depth + 1, without)
      // An empty list in a header, or flattened in XML, looks like none.
      const isFlattened = member.flattened === true || shape.flattened === true
      const minLength = place === 'head' || isFlattened || member.location === 'querystring' ? 1 : 0
      if (each === undefined) return undefined
      const items = fc.array(place === 'head' ? withoutCommas(each) : each, { minLength, maxLength: 3 })
      if (place !== 'xml') return items
      // A structure without content is no parameter in a form; a flattened list of none is no list.
      return items.map((all) => all.filter(hasContent)).map((some) => (some.length < minLength ? undefined : some))
    }
    case 'map': {
      const each = value(model, shape.value, place, depth + 1, without)
      const key =
        place === 'head' ? fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/) : text(place === 'json' ? 'json' : 'xml')
      const constraints = { minKeys: place === 'json' ? 0 : 1, maxKeys: 3, noNullPrototype: true }
      return each && fc.dictionary(key, each, constraints).filter((map) => !Object.hasOwn(map, '__proto__'))
    }
    case 'string':
      return shape.enum === undefined ? text(place) : fc.constantFrom(...shape.enum)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer()
    case 'long':
      return fc.maxSafeInteger()
    case 'float':
      return fc.float({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0))
    case 'double':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0))
    case 'blob':
      return fc.uint8Array({ maxLength: 40 })
    case 'timestamp': {
      const isWhole = place === 'head' || member.timestampFormat === 'rfc822' || shape.timestampFormat === 'rfc822'
      const ms = fc.integer({ min: -1e11, max: 4e12 })
      return isWhole ? ms.map((each) => Math.floor(each / 1000) * 1000) : ms
    }
  }
}

/** Members that reach the wire: in a form, a structure without content is nothing. */
function withoutAbsent(values: Record<string, unknown>, protocol: Protocol): Record<string, unknown> {
  const isAbsent = (each: unknown) =>
    each === undefined || (protocol === 'query' && !hasContent(each) && !Array.isArray(each))
  return Object.fromEntries(Object.entries(values).filter(([, each]) => !isAbsent(each)))
}

function hasContent(item: unknown): boolean {
  if (typeof item !== 'object' || item === null || item instanceof Uint8Array) return true
  return Object.values(item).some(hasContent)
}

function withoutCommas(arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return arbitrary.map((each) => (typeof each === 'string' ? each.replaceAll(',', '.') : each))
}

function text(place: Place): fc.Arbitrary<string> {
  switch (place) {
    case 'json':
      return fc.string({ unit: 'binary', maxLength: 20 })
    case 'xml':
      // Clients' readers drop text that is white space alone; nothing we write could change that.
      return fc.string({ unit: 'grapheme', maxLength: 20 }).map((each) => (each.trim() === '' ? '' : each))
    case 'head':
      return fc.stringMatching(/^[!-~]([ -~]{0,18}[!-~])?$/)
    case 'label':
      return fc.stringMatching(/^[a-z0-9][\w!-~ äß日-]{2,20}$/u).map((each) => each.replaceAll(/\/+|\.\.+/g, '-'))
  }
}
