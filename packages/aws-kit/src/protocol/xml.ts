import type { ListShape, MapShape, Member, ServiceModel, StructureShape, XmlNamespace } from '../model/index.ts'
import { base64Text, objectOf, readBase64, readScalarText, shapeOf } from './scalar.ts'
import { readTimestampText, timestampText } from './timestamp.ts'
import { malformed, type XmlElement } from './xml-reader.ts'

/*
 * Values in XML (restXml both ways, query's answers):
 *
 *     structure = one element per member, in the model's order, named by its locationName or the member
 *     list      = <Name> *( <member>…</member> ) </Name>     ; `member` or the member's locationName
 *     flattened = *( <Name>…</Name> )                        ; no wrapper
 *     map       = <Name> *( <entry> <key/> <value/> </entry> ) </Name>    ; flattened: *( <Name> <key/> <value/> </Name> )
 *     timestamp = ISO 8601 unless the model says otherwise
 *     blob      = base64
 *
 * Members marked as attributes stand in the start tag; a shape may declare a namespace for their prefix.
 */

type Values = Readonly<Record<string, unknown>>

const code = 'MalformedXML'

/** Reads the children of an element as a structure. Unknown elements are ignored. @throws ProtocolError */
export function readXmlStructure(model: ServiceModel, shape: StructureShape, element: XmlElement): object {
  const byName = Map.groupBy(element.children, (child) => child.name)
  const entries: [string, unknown][] = []
  for (const [name, member] of Object.entries(shape.members)) {
    if (member.location !== undefined) continue
    const wireName = localPart(member.locationName ?? name)
    if (member.xmlAttribute === true) {
      const attribute = element.attributes.get(wireName)
      if (attribute !== undefined) entries.push([name, attribute])
      continue
    }
    const found = byName.get(wireName)
    if (found !== undefined) entries.push([name, readMember(model, member, found)])
  }
  return objectOf(entries)
}

/** `elements`: all of the member's name; only flattened lists and maps may have more than one. */
function readMember(model: ServiceModel, member: Member, elements: readonly XmlElement[]): unknown {
  const shape = shapeOf(model, member.shape)
  const isFlattened = member.flattened === true || ('flattened' in shape && shape.flattened === true)
  const [only] = elements
  if (only === undefined || (elements.length > 1 && !isFlattened)) throw malformed()
  switch (shape.type) {
    case 'structure':
      return readXmlStructure(model, shape, only)
    case 'list': {
      const items = isFlattened ? elements : childrenNamed(only, shape.member.locationName ?? 'member')
      return items.map((item) => readMember(model, shape.member, [item]))
    }
    case 'map':
      return readMap(model, shape, isFlattened ? elements : childrenNamed(only, 'entry'))
    case 'string':
      return only.text
    case 'blob':
      return readBase64(only.text.trim(), code)
    case 'timestamp': {
      const ms = readTimestampText(only.text.trim())
      if (ms === undefined) throw malformed()
      return ms
    }
    default:
      return readScalarText(shape.type, only.text.trim(), code)
  }
}

function readMap(model: ServiceModel, shape: MapShape, items: readonly XmlElement[]): object {
  return objectOf(
    items.map((item) => {
      const key = childrenNamed(item, shape.key.locationName ?? 'key')
      const value = childrenNamed(item, shape.value.locationName ?? 'value')
      return [String(readMember(model, shape.key, key)), readMember(model, shape.value, value)]
    }),
  )
}

function childrenNamed(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name)
}

function localPart(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

/** An element with everything inside it. `namespace` is declared on it, beyond those its shape declares. */
export function writeXmlElement(
  model: ServiceModel,
  name: string,
  shape: StructureShape,
  value: object,
  namespace?: string,
): string {
  const own = namespace === undefined ? '' : ` xmlns="${escapeXml(namespace)}"`
  return structureElement(model, name, shape, value as Values, own)
}

/** The children of an element. */
export function writeXmlMembers(model: ServiceModel, shape: StructureShape, value: object): string {
  let text = ''
  for (const [name, member] of Object.entries(shape.members)) {
    const each = (value as Values)[name]
    if (each === undefined || each === null || member.location !== undefined || member.xmlAttribute === true) continue
    text += memberElement(model, member.locationName ?? name, member, each)
  }
  return text
}

function structureElement(
  model: ServiceModel,
  name: string,
  shape: StructureShape,
  value: Values,
  own: string,
): string {
  let start = `${name}${own}${declaration(shape.xmlNamespace)}`
  for (const [memberName, member] of Object.entries(shape.members)) {
    const each = value[memberName]
    if (member.xmlAttribute !== true || each === undefined || each === null) continue
    start += ` ${member.locationName ?? memberName}="${escapeXml(String(each))}"`
  }
  const content = writeXmlMembers(model, shape, value)
  return content === '' ? `<${start}/>` : `<${start}>${content}</${name}>`
}

function declaration(namespace: XmlNamespace | undefined): string {
  if (namespace === undefined) return ''
  const name = namespace.prefix === undefined ? 'xmlns' : `xmlns:${namespace.prefix}`
  return ` ${name}="${escapeXml(namespace.uri)}"`
}

function memberElement(model: ServiceModel, name: string, member: Member, value: unknown): string {
  const shape = shapeOf(model, member.shape)
  switch (shape.type) {
    case 'structure':
      return structureElement(model, name, shape, value as Values, '')
    case 'list':
      return listElements(model, name, shape, member.flattened === true, value as readonly unknown[])
    case 'map':
      return mapElements(model, name, shape, member.flattened === true, value as Values)
    case 'timestamp': {
      const format = member.timestampFormat ?? shape.timestampFormat ?? 'iso8601'
      return `<${name}>${timestampText(value as number, format, model.protocol === 'restXml')}</${name}>`
    }
    case 'blob':
      return `<${name}>${base64Text(value as Uint8Array)}</${name}>`
    default:
      return value === '' ? `<${name}/>` : `<${name}>${escapeXml(String(value))}</${name}>`
  }
}

function listElements(
  model: ServiceModel,
  name: string,
  shape: ListShape,
  flattened: boolean,
  values: readonly unknown[],
): string {
  const isFlattened = flattened || shape.flattened === true
  const itemName = isFlattened ? name : (shape.member.locationName ?? 'member')
  const items = values.map((each) => memberElement(model, itemName, shape.member, each)).join('')
  if (isFlattened) return items
  return items === '' ? `<${name}/>` : `<${name}>${items}</${name}>`
}

function mapElements(model: ServiceModel, name: string, shape: MapShape, flattened: boolean, values: Values): string {
  const isFlattened = flattened || shape.flattened === true
  const itemName = isFlattened ? name : 'entry'
  const items = Object.entries(values).map(([key, value]) => {
    const keyElement = memberElement(model, shape.key.locationName ?? 'key', shape.key, key)
    const valueElement = memberElement(model, shape.value.locationName ?? 'value', shape.value, value)
    return `<${itemName}>${keyElement}${valueElement}</${itemName}>`
  })
  if (isFlattened) return items.join('')
  return items.length === 0 ? `<${name}/>` : `<${name}>${items.join('')}</${name}>`
}

const special = /[&<>"\p{Cc}\u2028]/gu
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/**
 * Text for content and for double-quoted attributes. Line breaks and control characters become references, or a
 * reader's line-end rule would change them.
 *
 * @quirk XML 1.0 admits no control characters even as references; S3 sends them so for keys that contain them.
 */
export function escapeXml(text: string): string {
  return text.replace(special, (character) => {
    return entities[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`
  })
}
