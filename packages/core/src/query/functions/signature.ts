import { commonType, isCoercible } from '../coercion.ts'
import type { SqlType } from '../sql-type.ts'
import { sameType } from '../sql-type.ts'

/**
 * What a function takes and answers, written as Trino's documentation does:
 *
 *     signature = name "(" [ type { "," type } [ "..." ] ] ")" "->" type
 *     type      = simple | "T" | "array(" type ")" | "map(" type "," type ")" | "function(" { type "," } type ")"
 *               | "row(" type { "," type } ")"
 *
 * A capital letter stands for any type, the same throughout. `...` means the last parameter comes once or more.
 * `timestamp`, `timestamptz` and `decimal` take any precision; the result's is that of the first such argument.
 */
export type Pattern =
  | { readonly kind: 'exact'; readonly type: SqlType }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'array'; readonly element: Pattern }
  | { readonly kind: 'map'; readonly key: Pattern; readonly value: Pattern }
  | { readonly kind: 'row'; readonly fields: readonly Pattern[] }
  | { readonly kind: 'function'; readonly parameters: readonly Pattern[]; readonly result: Pattern }
  | { readonly kind: 'decimal' }

export interface Signature {
  readonly name: string
  readonly parameters: readonly Pattern[]
  readonly isVariadic: boolean
  readonly result: Pattern
}

/** Reads what is written here, not by users: it checks nothing. */
export function readSignature(text: string): Signature {
  let at = 0
  const skip = () => {
    while (text[at] === ' ') at += 1
  }
  const take = (part: string): boolean => {
    skip()
    if (!text.startsWith(part, at)) return false
    at += part.length
    return true
  }
  const word = (): string => {
    skip()
    const found = /^[a-z_0-9]+/i.exec(text.slice(at))?.[0] ?? ''
    at += found.length
    return found
  }
  const patterns = (): Pattern[] => {
    const read: Pattern[] = []
    if (take(')')) return read
    do read.push(pattern())
    while (take(','))
    return read
  }
  const pattern = (): Pattern => {
    const name = word()
    if (/^[A-Z]$/.test(name)) return { kind: 'variable', name }
    if (!take('(')) return simple(name)
    const inner = patterns()
    take(')')
    return composite(name, inner)
  }
  const name = word()
  take('(')
  const parameters = patterns()
  const isVariadic = take('...')
  take(')')
  take('->')
  return { name, parameters, isVariadic, result: pattern() }
}

function simple(name: string): Pattern {
  if (name === 'decimal') return { kind: 'decimal' }
  if (name === 'timestamp') return { kind: 'exact', type: { kind: 'timestamp', precision: 3 } }
  if (name === 'timestamptz') return { kind: 'exact', type: { kind: 'timestamp with time zone', precision: 3 } }
  if (name === 'interval_ds') return { kind: 'exact', type: { kind: 'interval day to second' } }
  if (name === 'interval_ym') return { kind: 'exact', type: { kind: 'interval year to month' } }
  return { kind: 'exact', type: { kind: name } as SqlType }
}

function composite(name: string, inner: readonly Pattern[]): Pattern {
  const [first = simple('unknown'), second = first] = inner
  if (name === 'array') return { kind: 'array', element: first }
  if (name === 'map') return { kind: 'map', key: first, value: second }
  if (name === 'row') return { kind: 'row', fields: inner }
  return { kind: 'function', parameters: inner.slice(0, -1), result: inner.at(-1) ?? first }
}

/** What the letters of a signature stand for in one call. */
export type Bindings = Map<string, SqlType>

/**
 * Binds letters so that `type` fits `pattern`.
 *
 * @returns how far it is from fitting as it is: 0 when it does, more with each conversion; `undefined` when it can't.
 */
export function match(pattern: Pattern, type: SqlType, bindings: Bindings): number | undefined {
  if (pattern.kind === 'variable') {
    const bound = bindings.get(pattern.name)
    const common = bound === undefined ? type : commonType(bound, type)
    if (common === undefined) return undefined
    bindings.set(pattern.name, common)
    return bound === undefined || sameType(bound, type) ? 0 : 1
  }
  if (type.kind === 'unknown') return 1
  switch (pattern.kind) {
    case 'exact':
      if (pattern.type.kind === type.kind) return 0
      return isCoercible(type, pattern.type) ? 1 + distance(type, pattern.type) : undefined
    case 'decimal':
      return type.kind === 'decimal' ? 0 : undefined
    case 'array':
      return type.kind === 'array' ? match(pattern.element, type.element, bindings) : undefined
    case 'map':
      if (type.kind !== 'map') return undefined
      return sum(match(pattern.key, type.key, bindings), match(pattern.value, type.value, bindings))
    case 'row':
      if (type.kind !== 'row' || type.fields.length !== pattern.fields.length) return undefined
      return pattern.fields
        .map((field, index) => match(field, type.fields[index]?.type ?? { kind: 'unknown' }, bindings))
        .reduce(sum, 0)
    case 'function':
      return undefined
  }
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other
}

const order = ['tinyint', 'smallint', 'integer', 'bigint', 'decimal', 'real', 'double', 'date', 'timestamp']

function distance(from: SqlType, to: SqlType): number {
  const [a, b] = [order.indexOf(from.kind), order.indexOf(to.kind)]
  return a === -1 || b === -1 ? order.length : b - a
}

/** The type that a pattern stands for, once its letters are bound. `given` lends precision. */
export function typeOf(pattern: Pattern, bindings: Bindings, given?: SqlType): SqlType {
  switch (pattern.kind) {
    case 'variable':
      return bindings.get(pattern.name) ?? { kind: 'unknown' }
    case 'exact':
      return given?.kind === pattern.type.kind ? given : pattern.type
    case 'decimal':
      return given?.kind === 'decimal' ? given : { kind: 'decimal', precision: 38, scale: 0 }
    case 'array':
      return { kind: 'array', element: typeOf(pattern.element, bindings) }
    case 'map':
      return { kind: 'map', key: typeOf(pattern.key, bindings), value: typeOf(pattern.value, bindings) }
    case 'row':
      return { kind: 'row', fields: pattern.fields.map((field) => ({ type: typeOf(field, bindings) })) }
    case 'function':
      return typeOf(pattern.result, bindings)
  }
}

/** As messages show it. */
export function patternText(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'variable':
      return pattern.name
    case 'exact':
      return pattern.type.kind
    case 'decimal':
      return 'decimal'
    case 'array':
      return `array(${patternText(pattern.element)})`
    case 'map':
      return `map(${patternText(pattern.key)}, ${patternText(pattern.value)})`
    case 'row':
      return `row(${pattern.fields.map(patternText).join(', ')})`
    case 'function':
      return `function(${[...pattern.parameters, pattern.result].map(patternText).join(', ')})`
  }
}

/** `substr(varchar, bigint)`, as messages show it. */
export function signatureText({ name, parameters, isVariadic }: Signature): string {
  return `${name}(${parameters.map(patternText).join(', ')}${isVariadic ? ', ...' : ''})`
}
