import type { Shape } from '../model/index.ts'

/** Longest part of a value an error message repeats. */
const shownMax = 1024

/** Longest string a pattern is tried on where the model sets no length: a regular expression may be slow. */
const patternCharactersMax = 100_000

/**
 * The constraints of its own shape that a value breaks, in AWS's words. With `all`, every constraint there is once one
 * is broken: that is how AWS describes the members of a list.
 */
export function violations(shape: Shape, value: unknown, options: { readonly all?: boolean } = {}): string[] {
  const constraints = constraintsOf(shape)
  const broken = constraints.filter(({ isBroken }) => isBroken(value))
  return (options.all === true && broken.length > 0 ? constraints : broken).map(({ text }) => text)
}

interface Constraint {
  readonly text: string
  isBroken(value: unknown): boolean
}

/** Shapes live as long as their model; each is compiled once. */
const compiled = new WeakMap<Shape, readonly Constraint[]>()

function constraintsOf(shape: Shape): readonly Constraint[] {
  const known = compiled.get(shape)
  if (known !== undefined) return known
  const constraints = shape.type === 'structure' ? [] : compile(shape)
  compiled.set(shape, constraints)
  return constraints
}

function compile(shape: Exclude<Shape, { type: 'structure' }>): Constraint[] {
  const constraints: Constraint[] = []
  const { min, max, pattern } = shape
  const measure = measureOf(shape)
  if (measure !== undefined && max !== undefined) {
    const text = `Member must have ${measure.what} less than or equal to ${max}`
    constraints.push({ text, isBroken: (value) => measure.of(value) > max })
  }
  if (measure !== undefined && min !== undefined) {
    const text = `Member must have ${measure.what} greater than or equal to ${min}`
    constraints.push({ text, isBroken: (value) => measure.of(value) < min })
  }
  if (pattern !== undefined) {
    const whole = wholePattern(pattern)
    const text = `Member must satisfy regular expression pattern: ${pattern}`
    // A value beyond its own length is refused for that; one without such a bound is not let through untried.
    const triedMax = max === undefined ? patternCharactersMax : 2 * max
    const isBroken = (value: unknown) => {
      if (typeof value !== 'string') return false
      return value.length > triedMax ? max === undefined : !whole.test(value)
    }
    constraints.push({ text, isBroken })
  }
  if (shape.type === 'string' && shape.enum !== undefined) {
    const allowed = new Set(shape.enum)
    const text = `Member must satisfy enum value set: [${shape.enum.join(', ')}]`
    constraints.push({ text, isBroken: (value) => typeof value === 'string' && !allowed.has(value) })
  }
  return constraints
}

interface Measure {
  readonly what: 'length' | 'value'
  of(value: unknown): number
}

function measureOf(shape: Exclude<Shape, { type: 'structure' }>): Measure | undefined {
  switch (shape.type) {
    case 'string':
      return { what: 'length', of: (value) => characters(String(value)) }
    case 'blob':
      // A streamed body has no length yet; who reads it counts.
      return { what: 'length', of: (value) => (value instanceof Uint8Array ? value.byteLength : Number.NaN) }
    case 'list':
      return { what: 'length', of: (value) => (value as readonly unknown[]).length }
    case 'map':
      return { what: 'length', of: (value) => Object.keys(value as object).length }
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return { what: 'value', of: Number }
    case 'boolean':
    case 'timestamp':
      return undefined
  }
}

/** Length in characters, not UTF-16 units. */
function characters(text: string): number {
  if (!/[\ud800-\udbff]/.test(text)) return text.length
  let count = text.length
  for (const pair of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) count -= pair.length
  return count
}

/** Models write patterns for a full match. Some escape what the stricter `u` grammar does not allow to be escaped. */
function wholePattern(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u')
  } catch {
    return new RegExp(`^(?:${pattern})$`)
  }
}

/** A value as AWS's messages show it: `[a, b]`, `{k=v}`, the rest as it is. Long ones are cut. */
export function describeValue(value: unknown): string {
  const text = describe(value, shownMax)
  return text.length > shownMax ? `${text.slice(0, shownMax)}...` : text
}

function describe(value: unknown, room: number): string {
  if (typeof value !== 'object' || value === null) return String(value).slice(0, room + 1)
  if (value instanceof Uint8Array) return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`
  const isList = Array.isArray(value)
  const parts: string[] = []
  let used = 0
  for (const [key, each] of Object.entries(value)) {
    if (used > room) break
    const part = isList ? describe(each, room - used) : `${key.slice(0, room)}=${describe(each, room - used)}`
    parts.push(part)
    used += part.length + 2
  }
  return isList ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`
}
