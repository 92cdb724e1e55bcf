import { type Member, membersByName, type ServiceModel, type Shape, type StructureShape } from '../model/index.ts'
import { readEpochSeconds, readTimestampText, type XmlElement } from '../protocol/index.ts'
import type { FormNode } from './read-form-head.ts'

/*
 * Values on the wire as values of the model: members under the model's names, times as epoch milliseconds. Unlike the
 * codecs that serve calls these refuse nothing. What does not fit its shape is left out, because the record of a call
 * says what can be known of it whatever the server made of the rest.
 */

type Values = Record<string, unknown>

/** No model is deeper; a recursive shape fed by an attacker is. */
const depthMax = 32

/** From JSON, and from CBOR, which differs in blobs alone. */
export function fromJson(model: ServiceModel, member: Member, value: unknown, depth = 0): unknown {
  const shape = model.shapes[member.shape]
  if (shape === undefined || value === null || value === undefined || depth > depthMax) return undefined
  switch (shape.type) {
    case 'structure':
      return isObject(value) ? structureFromJson(model, shape, value, depth) : undefined
    case 'list':
      if (!Array.isArray(value)) return undefined
      return value.map((item) => fromJson(model, shape.member, item, depth + 1)).filter((item) => item !== undefined)
    case 'map':
      if (!isObject(value)) return undefined
      return defined(Object.entries(value).map(([key, item]) => [key, fromJson(model, shape.value, item, depth + 1)]))
    case 'timestamp':
      if (typeof value === 'number') return readEpochSeconds(value)
      return typeof value === 'string' ? readTimestampText(value) : undefined
    case 'blob':
      return value
    default:
      return typeof value === 'object' ? undefined : value
  }
}

function structureFromJson(model: ServiceModel, shape: StructureShape, value: Values, depth: number): Values {
  const known = membersByName(shape, bodyName)
  const members: Values = {}
  for (const [wireName, inner] of Object.entries(value)) {
    const [name, member] = known.get(wireName) ?? []
    if (name === undefined || member === undefined || member.location !== undefined) continue
    const read = fromJson(model, member, inner, depth + 1)
    if (read !== undefined) members[name] = read
  }
  return members
}

/** From a form. `isEc2`: the names of EC2's variant, whose lists have no level of their own. */
export function fromForm(model: ServiceModel, member: Member, node: FormNode, isEc2: boolean, depth = 0): unknown {
  const shape = model.shapes[member.shape]
  if (shape === undefined || depth > depthMax) return undefined
  const isFlattened = isEc2 || member.flattened === true || ('flattened' in shape && shape.flattened === true)
  switch (shape.type) {
    case 'structure': {
      const known = membersByName(shape, isEc2 ? ec2Name : bodyName)
      const members: Values = {}
      for (const [wireName, child] of node.children) {
        const [name, own] = known.get(wireName) ?? []
        const read = name === undefined || own === undefined ? undefined : fromForm(model, own, child, isEc2, depth + 1)
        if (name !== undefined && read !== undefined) members[name] = read
      }
      return members
    }
    case 'list': {
      const items = isFlattened ? node : (node.children.get(shape.member.locationName ?? 'member') ?? node)
      return numbered(items)
        .map((item) => fromForm(model, shape.member, item, isEc2, depth + 1))
        .filter((item) => item !== undefined)
    }
    case 'map': {
      const items = isFlattened ? node : (node.children.get('entry') ?? node)
      return defined(
        numbered(items).flatMap((item) => {
          const key = item.children.get(shape.key.locationName ?? 'key')?.value
          const value = item.children.get(shape.value.locationName ?? 'value')
          if (key === undefined || value === undefined) return []
          return [[key, fromForm(model, shape.value, value, isEc2, depth + 1)]]
        }),
      )
    }
    default:
      return node.value === undefined ? undefined : scalarFromText(shape, node.value)
  }
}

/** How bodies spell a member. */
function bodyName(name: string, member: Member): string {
  return member.locationName ?? name
}

/** EC2's forms spell a member as its query name, else as its element with a capital. */
export function ec2Name(name: string, member: Member & { readonly queryName?: string }): string {
  if (member.queryName !== undefined) return member.queryName
  const wireName = member.locationName ?? name
  return wireName.slice(0, 1).toUpperCase() + wireName.slice(1)
}

/** The children with a number for a name, in its order. */
export function numbered(node: FormNode): readonly FormNode[] {
  if (node.children.size === 0) return []
  return [...node.children]
    .filter(([step]) => /^\d{1,9}$/.test(step))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, item]) => item)
}

/** From the elements of one name; only flattened lists and maps have several. */
export function fromXml(model: ServiceModel, member: Member, elements: readonly XmlElement[], depth = 0): unknown {
  const shape = model.shapes[member.shape]
  const [only] = elements
  if (shape === undefined || only === undefined || depth > depthMax) return undefined
  const isFlattened = member.flattened === true || ('flattened' in shape && shape.flattened === true)
  switch (shape.type) {
    case 'structure':
      return structureFromXml(model, shape, only, depth)
    case 'list': {
      const items = isFlattened ? elements : childrenNamed(only, shape.member.locationName ?? 'member')
      return items.map((item) => fromXml(model, shape.member, [item], depth + 1)).filter((item) => item !== undefined)
    }
    case 'map': {
      const items = isFlattened ? elements : childrenNamed(only, 'entry')
      return defined(
        items.flatMap((item) => {
          const key = childrenNamed(item, shape.key.locationName ?? 'key')[0]?.text
          const value = childrenNamed(item, shape.value.locationName ?? 'value')
          return key === undefined ? [] : [[key, fromXml(model, shape.value, value, depth + 1)]]
        }),
      )
    }
    case 'string':
      return only.text
    default:
      return scalarFromText(shape, only.text.trim())
  }
}

function structureFromXml(model: ServiceModel, shape: StructureShape, element: XmlElement, depth: number): Values {
  const known = membersByName(shape, elementName)
  const members: Values = {}
  for (const [wireName, elements] of Map.groupBy(element.children, (child) => child.name)) {
    const [name, member] = known.get(wireName) ?? []
    if (name === undefined || member === undefined || member.location !== undefined) continue
    const read = fromXml(model, member, elements, depth + 1)
    if (read !== undefined) members[name] = read
  }
  for (const [attribute, text] of element.attributes) {
    const [name, member] = known.get(attribute) ?? []
    if (name !== undefined && member?.xmlAttribute === true) members[name] = text
  }
  return members
}

function childrenNamed(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name)
}

/** Elements and attributes without their prefix. */
function elementName(name: string, member: Member): string {
  const wireName = member.locationName ?? name
  return wireName.slice(wireName.indexOf(':') + 1)
}

/** A scalar of a header, a query, a form or an element. */
export function scalarFromText(shape: Shape, text: string): unknown {
  switch (shape.type) {
    case 'boolean':
      return text.toLowerCase() === 'true' ? true : text.toLowerCase() === 'false' ? false : undefined
    case 'integer':
    case 'long':
    case 'float':
    case 'double': {
      const value = text.trim() === '' ? Number.NaN : Number(text)
      return Number.isFinite(value) ? value : undefined
    }
    case 'timestamp':
      return readTimestampText(text)
    case 'string':
    case 'blob':
      return text
    default:
      return undefined
  }
}

function defined(entries: Iterable<readonly [string, unknown]>): Values {
  return Object.fromEntries([...entries].filter(([, value]) => value !== undefined))
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}
