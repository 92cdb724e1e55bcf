/**
 * AWS's evaluation logic written down as plainly as possible, over the JSON of policies, with nothing compiled. It is
 * the oracle of the compiled evaluator and its peer in the benchmark; it shares no code with it.
 *
 * Regular expressions are safe here because the patterns come from tests.
 */

type Json = Readonly<Record<string, unknown>>
type Values = Readonly<Record<string, string | readonly string[]>>

export interface NaivePrincipal {
  readonly kind: string
  readonly account?: string
  readonly arn?: string
  readonly userId?: string
  readonly roleArn?: string
  readonly roleId?: string
  readonly name?: string
}

export interface NaiveQuestion {
  readonly principal: NaivePrincipal
  readonly action: string
  readonly resource: string
  readonly resourceAccount?: string
  /** Keys in lower case. */
  readonly context: Values
}

export interface NaivePolicies {
  readonly identity: readonly object[]
  readonly resource?: object
  readonly isResourceRequired?: boolean
  readonly session?: readonly object[]
  readonly boundary?: object
  readonly serviceControl?: readonly object[]
}

export function evaluateNaively(question: NaiveQuestion, policies: NaivePolicies): 'allow' | 'explicit-deny' | 'implicit-deny' {
  const { principal } = question
  const say = (documents: readonly object[] | undefined): readonly string[] =>
    (documents ?? []).flatMap((document) => sayings(question, document as Json))
  const resource = policies.resource === undefined ? [] : say([policies.resource])
  const identity = say(policies.identity)
  const session = say(policies.session)
  const boundary = policies.boundary === undefined ? [] : say([policies.boundary])
  const serviceControl = say(policies.serviceControl)
  if ([resource, identity, session, boundary, serviceControl].some((layer) => layer.includes('Deny'))) return 'explicit-deny'

  const answer = (isAllowed: boolean) => (isAllowed ? 'allow' : 'implicit-deny')
  if (principal.account === undefined) return answer(resource.length > 0)
  if (policies.serviceControl !== undefined && serviceControl.length === 0) return 'implicit-deny'
  const byIdentity = identity.length > 0 || principal.kind === 'root'
  const withinLimits =
    (policies.boundary === undefined || boundary.length > 0) && (policies.session === undefined || session.length > 0)
  if (question.resourceAccount !== undefined && question.resourceAccount !== principal.account) {
    return answer(byIdentity && withinLimits && resource.length > 0)
  }
  if (policies.isResourceRequired === true && resource.length === 0) return 'implicit-deny'
  return answer(
    resource.includes('direct') || (resource.includes('role') && withinLimits) || (byIdentity && withinLimits),
  )
}

/** `Deny`, or how near an allow names the principal, for each statement that fits. */
function sayings(question: NaiveQuestion, document: Json): string[] {
  const hasVariables = document.Version === '2012-10-17'
  return list(document.Statement).flatMap((raw) => {
    const statement = raw as Json
    const isFor = (plain: string, negated: string, test: (pattern: string) => boolean): boolean => {
      if (statement[plain] !== undefined) return list(statement[plain]).some((one) => test(String(one)))
      return statement[negated] === undefined || !list(statement[negated]).some((one) => test(String(one)))
    }
    const fits =
      isFor('Action', 'NotAction', (pattern) => wild(pattern.toLowerCase()).test(question.action.toLowerCase())) &&
      isFor('Resource', 'NotResource', (pattern) => {
        const resolved = hasVariables ? resolve(pattern, question.context) : mark(pattern)
        return resolved !== undefined && matchesArn(resolved, question.resource)
      }) &&
      Object.entries((statement.Condition ?? {}) as Json).every(([operator, block]) =>
        Object.entries(block as Json).every(([key, values]) =>
          holds(operator, question.context[key.toLowerCase()], list(values).map(String), question.context, hasVariables),
        ),
      )
    if (!fits) return []
    const naming = namingOf(statement, question.principal)
    if (naming === 'none') return []
    return [statement.Effect === 'Deny' ? 'Deny' : naming]
  })
}

function namingOf(statement: Json, principal: NaivePrincipal): string {
  if (statement.Principal !== undefined) return naming(statement.Principal, principal)
  if (statement.NotPrincipal !== undefined) return naming(statement.NotPrincipal, principal) === 'none' ? 'direct' : 'none'
  return 'direct'
}

function naming(element: unknown, principal: NaivePrincipal): string {
  if (element === '*') return 'direct'
  const { AWS, Service } = element as Json
  const names = AWS === undefined ? [] : list(AWS)
  if (names.includes('*')) return 'direct'
  if (principal.kind === 'service') return Service !== undefined && list(Service).includes(principal.name) ? 'direct' : 'none'
  if (principal.account === undefined) return 'none'
  if (names.includes(principal.arn) || (principal.kind === 'user' && names.includes(principal.userId))) return 'direct'
  if (principal.kind === 'role-session' && (names.includes(principal.roleArn) || names.includes(principal.roleId))) return 'role'
  return names.includes(principal.account) || names.includes(`arn:aws:iam::${principal.account}:root`) ? 'account' : 'none'
}

function holds(
  name: string,
  given: string | readonly string[] | undefined,
  wanted: readonly string[],
  context: Values,
  hasVariables: boolean,
): boolean {
  const quantifier = /^(\w+):/.exec(name)?.[1]
  const ifExists = name.endsWith('IfExists')
  const operator = name.replace(/^\w+:/, '').replace(/IfExists$/, '')
  const values = given === undefined ? [] : typeof given === 'string' ? [given] : given
  if (operator === 'Null') return wanted.includes(String(values.length === 0))
  const isNegated = operator.includes('Not')
  if (values.length === 0) return ifExists || quantifier === 'ForAllValues' || (isNegated && quantifier === undefined)
  const passes = (value: string) => wanted.some((one) => compare(operator.replace('Not', ''), value, one, context, hasVariables)) !== isNegated
  if (quantifier === 'ForAllValues') return values.every(passes)
  if (quantifier === 'ForAnyValue') return values.some(passes)
  return isNegated ? values.every(passes) : values.some(passes)
}

function compare(operator: string, value: string, wanted: string, context: Values, hasVariables: boolean): boolean {
  const numeric = /^(?:Numeric|Date)(.*)$/.exec(operator)?.[1]
  if (numeric !== undefined) {
    const read = operator.startsWith('Numeric') ? Number : (text: string) => Date.parse(text)
    return ordered(numeric, read(value), read(wanted))
  }
  if (operator === 'Bool') return value.toLowerCase() === wanted.toLowerCase()
  if (operator === 'IpAddress') return inRange(value, wanted)
  const pattern = hasVariables ? resolve(wanted, context) : mark(wanted)
  if (pattern === undefined) return false
  switch (operator) {
    case 'StringEquals':
      return unmark(pattern) === value
    case 'StringEqualsIgnoreCase':
      return unmark(pattern).toLowerCase() === value.toLowerCase()
    case 'StringLike':
      return toRegExp(pattern).test(value)
    default:
      return matchesArn(pattern, value)
  }
}

function ordered(order: string, left: number, right: number): boolean {
  if (order === 'Equals') return left === right
  const isStrict = !order.endsWith('Equals')
  if (!isStrict && left === right) return true
  return order.startsWith('Less') ? left < right : left > right
}

function inRange(address: string, range: string): boolean {
  const [base = '', bits = '32'] = range.split('/')
  const word = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(bits))
  return Math.floor(word(address) / size) === Math.floor(word(base) / size)
}

/* Wildcards become characters of Unicode's private area, so that values put in for variables cannot pose as them. */
const many = '\ue000'
const one = '\ue001'

function mark(pattern: string): string {
  return pattern.replaceAll('*', many).replaceAll('?', one)
}

function unmark(pattern: string): string {
  return pattern.replaceAll(many, '*').replaceAll(one, '?')
}

function resolve(pattern: string, context: Values): string | undefined {
  let isMissing = false
  const out = pattern.replace(/\$\{([*?$])\}|\$\{([^,'{}\s]+)(?:,\s*'([^']*)')?\}|([*?])/g, (_, literal, key, fallback, wildcard) => {
    if (literal !== undefined) return literal
    if (wildcard !== undefined) return mark(wildcard)
    const value = context[String(key).toLowerCase()]
    const single = typeof value === 'string' ? value : value?.length === 1 ? value[0] : undefined
    if (single === undefined && fallback === undefined) isMissing = true
    return single ?? fallback
  })
  return isMissing ? undefined : out
}

function matchesArn(pattern: string, arn: string): boolean {
  if (pattern.replaceAll(many, '') === '' && pattern !== '') return true
  const parts = split(arn)
  const wanted = split(pattern)
  return parts.length === 6 && arn.startsWith('arn:') && parts.every((part, index) => toRegExp(wanted[index] ?? many).test(part))
}

function split(arn: string): string[] {
  const parts = arn.split(':')
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')]
}

function wild(pattern: string): RegExp {
  return toRegExp(mark(pattern))
}

function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&').replaceAll(many, '.*').replaceAll(one, '.')
  return new RegExp(`^${source}$`, 's')
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}
