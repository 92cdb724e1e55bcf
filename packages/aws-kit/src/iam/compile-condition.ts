import { type ArnMatcher, compileArn, splitArn } from './arn-pattern.ts'
import { compileGlob, type TextMatcher } from './glob.ts'
import { isInRange, parseAddress, parseAddressRange } from './ip-address.ts'
import { type ConditionOperator, isOrdered, readDate, readNumber, traitsOf } from './operators.ts'
import { type PatternPart, parsePattern, substitute } from './pattern.ts'
import type { Condition, PolicyDocument } from './policy-document.ts'
import type { ConditionContext } from './request.ts'

export type ConditionTest = (context: ConditionContext) => boolean

/** Whether one value of the request matches one of the policy's; the context is for variables. */
type ValueTest = (value: string, context: ConditionContext) => boolean

/** @source IAM User Guide, condition operators; creating a condition with multiple keys or values */
export function compileCondition(condition: Condition, version: PolicyDocument['version']): ConditionTest {
  const key = condition.key.toLowerCase()
  const { comparison, isNegated } = traitsOf(condition.operator)
  if (comparison === 'null') {
    const wanted = condition.values.map((value) => value.toLowerCase() === 'true')
    return (context) => wanted.includes(isAbsent(context.get(key)))
  }
  const matchesAny = compileValues(condition, version)
  const holds: ValueTest = isNegated ? (value, context) => !matchesAny(value, context) : matchesAny
  // A key that is missing fails a plain condition, satisfies a negated one, and is what IfExists is about.
  const whenAbsent =
    condition.ifExists || condition.quantifier === 'ForAllValues' || (isNegated && condition.quantifier === undefined)
  const isEnough =
    condition.quantifier === 'ForAnyValue' || (condition.quantifier === undefined && !isNegated)
      ? someValue
      : everyValue
  return (context) => {
    const value = context.get(key)
    if (typeof value === 'string') return holds(value, context)
    if (value === undefined || value.length === 0) return whenAbsent
    return isEnough(value, holds, context)
  }
}

function isAbsent(value: string | readonly string[] | undefined): boolean {
  return value === undefined || (typeof value !== 'string' && value.length === 0)
}

function someValue(values: readonly string[], holds: ValueTest, context: ConditionContext): boolean {
  for (const value of values) if (holds(value, context)) return true
  return false
}

function everyValue(values: readonly string[], holds: ValueTest, context: ConditionContext): boolean {
  for (const value of values) if (!holds(value, context)) return false
  return true
}

function compileValues(condition: Condition, version: PolicyDocument['version']): ValueTest {
  const tests = condition.values.map((value) => compileValue(condition.operator, value, version))
  const [only] = tests
  if (only !== undefined && tests.length === 1) return only
  return (value, context) => {
    for (const test of tests) if (test(value, context)) return true
    return false
  }
}

function compileValue(operator: ConditionOperator, wanted: string, version: PolicyDocument['version']): ValueTest {
  const { comparison, order } = traitsOf(operator)
  const variables = version === '2012-10-17'
  switch (comparison) {
    case 'string':
      return textTest(parsePattern(wanted, { wildcards: false, variables }))
    case 'string-like':
      return textTest(parsePattern(wanted, { wildcards: true, variables }))
    case 'string-ignore-case':
      return ignoringCase(parsePattern(wanted, { wildcards: false, variables }))
    case 'arn':
      return arnTest(parsePattern(wanted, { wildcards: true, variables }))
    case 'number':
      return orderTest(readNumber, order, wanted)
    case 'date':
      return orderTest(readDate, order, wanted)
    case 'bool': {
      const lowered = wanted.toLowerCase()
      return (value) => value.toLowerCase() === lowered
    }
    case 'binary':
      return (value) => sameBytes(value, wanted)
    case 'ip':
      return addressTest(wanted)
    case 'null':
      throw new TypeError('Null compares no values')
  }
}

function textTest(parts: readonly PatternPart[]): ValueTest {
  const compiled = compileTemplate(parts, compileGlob)
  return (value, context) => compiled(context)?.(value) ?? false
}

function ignoringCase(parts: readonly PatternPart[]): ValueTest {
  const lowered = (text: string) => text.toLowerCase()
  const compiled = compileTemplate<TextMatcher>(parts, (resolved) => {
    const glob = compileGlob(
      resolved.map((part) => (part.kind === 'text' ? { ...part, text: lowered(part.text) } : part)),
    )
    return (text) => glob(lowered(text))
  })
  return (value, context) => compiled(context)?.(value) ?? false
}

function arnTest(parts: readonly PatternPart[]): ValueTest {
  const compiled = compileTemplate<ArnMatcher>(parts, compileArn)
  return (value, context) => compiled(context)?.(value, splitArn(value)) ?? false
}

function orderTest(
  read: (text: string) => number | undefined,
  order: Parameters<typeof isOrdered>[1],
  wanted: string,
): ValueTest {
  const right = read(wanted)
  return (value) => {
    const left = read(value)
    return left !== undefined && right !== undefined && isOrdered(left, order, right)
  }
}

function sameBytes(left: string, right: string): boolean {
  return left.replace(/=+$/, '') === right.replace(/=+$/, '')
}

function addressTest(wanted: string): ValueTest {
  const range = parseAddressRange(wanted)
  return (value) => {
    const address = parseAddress(value)
    return address !== undefined && range !== undefined && isInRange(address, range)
  }
}

/** Distinct variable values a pattern is kept compiled for; beyond it the memory starts anew. */
const resolvedPatternsMax = 64

/**
 * Compiles a pattern once when it has no variables, else once per values of them. The result is `undefined` where a
 * variable has no value: then the pattern matches nothing.
 */
export function compileTemplate<Matcher>(
  parts: readonly PatternPart[],
  compile: (parts: readonly PatternPart[]) => Matcher,
): (context: ConditionContext) => Matcher | undefined {
  const variables = parts.filter((part) => part.kind === 'variable')
  if (variables.length === 0) {
    const fixed = compile(parts)
    return () => fixed
  }
  const known = new Map<string, Matcher>()
  return (context) => {
    let values = ''
    for (const { key } of variables) {
      const value = singleValue(context.get(key))
      // Lengths keep two different splits of the same characters apart.
      values += value === undefined ? '-' : `${value.length}:${value}`
    }
    const matcher = known.get(values)
    if (matcher !== undefined) return matcher
    const resolved = substitute(parts, (key) => singleValue(context.get(key)))
    if (resolved === undefined) return undefined
    const compiled = compile(resolved)
    if (known.size >= resolvedPatternsMax) known.clear()
    known.set(values, compiled)
    return compiled
  }
}

/** A key with several values has none to put into a pattern. */
function singleValue(value: string | readonly string[] | undefined): string | undefined {
  if (typeof value === 'string' || value === undefined) return value
  return value.length === 1 ? value[0] : undefined
}
