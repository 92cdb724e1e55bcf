import { object, string, strings } from './json-shape.ts'
import { parseConditions } from './parse-conditions.ts'
import { parsePrincipals } from './parse-principals.ts'
import type { PatternSet, PolicyDocument, Statement } from './policy-document.ts'
import { PolicyError } from './policy-error.ts'

/**
 * What a document is for decides what it must and must not hold: `identity` (also boundaries, session policies and
 * service control) names no principal, `resource` does, `trust` does and names no resource.
 */
export type PolicyKind = 'identity' | 'resource' | 'trust'

export interface PolicyLimits {
  /** Of the text, or of the object's JSON. Default 20,480, the largest of AWS's. */
  readonly charactersMax?: number
}

const charactersMaxDefault = 20_480

/**
 * Reads a policy from its JSON text or the object of it, as strictly as AWS: an unknown element is an error, not a
 * comment.
 *
 * @throws PolicyError
 * @source IAM User Guide, grammar of the IAM JSON policy language
 */
export function parsePolicy(source: string | object, kind: PolicyKind, limits: PolicyLimits = {}): PolicyDocument {
  const text = typeof source === 'string' ? source : JSON.stringify(source)
  if (text.length > (limits.charactersMax ?? charactersMaxDefault)) {
    throw new PolicyError('The policy document is larger than allowed.', '')
  }
  const root = object(typeof source === 'string' ? readJson(text) : source, '')
  allowKeys(root, ['Version', 'Id', 'Statement'], '')
  const version = root.Version ?? '2008-10-17'
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    throw new PolicyError('The policy must contain a valid version string', 'Version')
  }
  const id = root.Id === undefined ? undefined : string(root.Id, 'Id')
  if (root.Statement === undefined) throw new PolicyError('Missing required field Statement', '')
  const isList = Array.isArray(root.Statement)
  const raw: readonly unknown[] = isList ? (root.Statement as unknown[]) : [root.Statement]
  if (raw.length === 0) throw new PolicyError('Missing required field Statement', 'Statement')
  const statements = raw.map((one, index) => parseStatement(one, kind, isList ? `Statement[${index}]` : 'Statement'))
  requireUniqueSids(statements)
  return { version, ...(id === undefined ? {} : { id }), statements }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    // V8's message tells the position and quotes the text around it.
    throw new PolicyError('Syntax errors in policy.', cause instanceof Error ? cause.message : '', { cause })
  }
}

const statementKeys = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]

function parseStatement(source: unknown, kind: PolicyKind, at: string): Statement {
  const raw = object(source, at)
  allowKeys(raw, statementKeys, at)
  const { Effect: effect } = raw
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyError(effect === undefined ? 'Missing required field Effect' : 'Invalid effect', `${at}.Effect`)
  }
  const sid = raw.Sid === undefined ? undefined : parseSid(raw.Sid, kind, `${at}.Sid`)
  const principals = parseStatementPrincipals(raw, kind, at)
  const resources = parseResources(raw, kind, at)
  return {
    ...(sid === undefined ? {} : { sid }),
    effect,
    ...(principals === undefined ? {} : { principals }),
    actions: parseActions(raw, kind, at),
    ...(resources === undefined ? {} : { resources }),
    conditions: raw.Condition === undefined ? [] : parseConditions(raw.Condition, `${at}.Condition`),
  }
}

function parseSid(value: unknown, kind: PolicyKind, at: string): string {
  const sid = string(value, at)
  // Services that keep resource policies take spaces and more; IAM itself does not.
  if (kind === 'identity' && !/^[A-Za-z0-9]*$/.test(sid)) {
    throw new PolicyError(
      `Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*`,
      at,
    )
  }
  return sid
}

function parseStatementPrincipals(
  raw: Readonly<Record<string, unknown>>,
  kind: PolicyKind,
  at: string,
): Statement['principals'] {
  const name = oneOf(raw, 'Principal', 'NotPrincipal', at)
  if (kind === 'identity') {
    if (name !== undefined) throw new PolicyError('Policy document should not specify a principal.', `${at}.${name}`)
    return undefined
  }
  if (name === undefined) throw new PolicyError('Missing required field Principal', at)
  return parsePrincipals(raw[name], name === 'NotPrincipal', `${at}.${name}`)
}

function parseActions(raw: Readonly<Record<string, unknown>>, kind: PolicyKind, at: string): PatternSet {
  const name = oneOf(raw, 'Action', 'NotAction', at)
  if (name === undefined) {
    const isIdentity = kind === 'identity'
    throw new PolicyError(isIdentity ? 'Policy statement must contain actions.' : 'Missing required field Action', at)
  }
  const patterns = strings(raw[name], `${at}.${name}`)
  for (const pattern of patterns) {
    const problem = actionProblem(pattern, kind)
    if (problem !== undefined) throw new PolicyError(problem, `${at}.${name}`)
  }
  return { isNegated: name === 'NotAction', patterns }
}

/** A vendor and a name. Whether there is such an action is asked of no policy: AWS adds some every week. */
function actionProblem(pattern: string, kind: PolicyKind): string | undefined {
  if (pattern === '*') return undefined
  const [vendor = '', name, ...rest] = pattern.split(':')
  if (name === undefined) return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
  if (rest.length > 0) return 'Actions/Condition can contain only one colon.'
  if (!/^(\*|[A-Za-z0-9.-]+)$/.test(vendor)) return `Vendor ${vendor.slice(0, 128)} is not valid`
  if (!/^\S+$/.test(name)) return `Action ${pattern.slice(0, 128)} is not valid.`
  if (kind === 'trust' && vendor !== '*' && vendor.toLowerCase() !== 'sts') {
    return 'AssumeRole policy may only specify STS AssumeRole actions.'
  }
  return undefined
}

function parseResources(raw: Readonly<Record<string, unknown>>, kind: PolicyKind, at: string): PatternSet | undefined {
  const name = oneOf(raw, 'Resource', 'NotResource', at)
  if (kind === 'trust') {
    if (name !== undefined) throw new PolicyError(`Has prohibited field ${name}`, `${at}.${name}`)
    return undefined
  }
  if (name === undefined) throw new PolicyError('Policy statement must contain resources.', at)
  const patterns = strings(raw[name], `${at}.${name}`)
  for (const pattern of patterns) {
    if (pattern !== '*' && !/^arn:./.test(pattern)) {
      throw new PolicyError(`Resource ${pattern.slice(0, 256)} must be in ARN format or "*".`, `${at}.${name}`)
    }
    // AWS lets no wildcard stand for a service, for one would reach services that do not exist yet.
    if (/[*?]/.test(pattern.split(':')[2] ?? '')) {
      throw new PolicyError(
        `The vendor of resource ${pattern.slice(0, 256)} must not hold a wildcard.`,
        `${at}.${name}`,
      )
    }
  }
  return { isNegated: name === 'NotResource', patterns }
}

function requireUniqueSids(statements: readonly Statement[]): void {
  const seen = new Set<string>()
  for (const [index, { sid }] of statements.entries()) {
    if (sid === undefined || sid === '') continue
    if (seen.has(sid))
      throw new PolicyError('Statement IDs (SID) in a single policy must be unique.', `Statement[${index}].Sid`)
    seen.add(sid)
  }
}

/** Which of an element and its negation is there; never both. */
function oneOf<Plain extends string, Negated extends string>(
  raw: Readonly<Record<string, unknown>>,
  plain: Plain,
  negated: Negated,
  at: string,
): Plain | Negated | undefined {
  if (raw[plain] !== undefined && raw[negated] !== undefined) {
    throw new PolicyError(`${plain} and ${negated} cannot both be specified.`, at)
  }
  if (raw[plain] !== undefined) return plain
  return raw[negated] === undefined ? undefined : negated
}

function allowKeys(raw: Readonly<Record<string, unknown>>, known: readonly string[], at: string): void {
  for (const key of Object.keys(raw)) {
    if (!known.includes(key)) throw new PolicyError(`Unknown field ${key.slice(0, 64)}`, at)
  }
}
