import type { XmlElement } from '@cairn/aws-kit/protocol'

const numeral = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,14})?$/

/**
 * A text as the emitters write it that know no types: what looks like a number or a boolean is one.
 *
 * @quirk a tag's value `true` is a boolean in records of S3 and of EC2's newer calls
 */
export function looseScalar(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return numeral.test(text) ? Number(text) : text
}

const nothing: ReadonlySet<string> = new Set()

/**
 * An element as such emitters write it: attributes and children by name, an array only where a name is repeated.
 * `hidden`: names of elements whose content is a secret.
 */
export function looseElement(element: XmlElement, hidden = nothing): unknown {
  if (hidden.has(element.name)) return 'HIDDEN_DUE_TO_SECURITY_REASONS'
  if (element.children.length === 0 && element.attributes.size === 0) return looseScalar(element.text.trim())
  const shown: Record<string, unknown> = Object.fromEntries(element.attributes)
  for (const [name, children] of Map.groupBy(element.children, (child) => child.name)) {
    const values = children.map((child) => looseElement(child, hidden))
    define(shown, name, values.length === 1 ? values[0] : values)
  }
  const text = element.text.trim()
  if (text !== '') define(shown, 'content', looseScalar(text))
  return shown
}

/** A caller may name an element `__proto__`. */
function define(shown: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(shown, name, { value, enumerable: true, configurable: true, writable: true })
}
