import type { UserIdentity } from '@cairn/core/record'
import type { NamedCall } from '../naming/index.ts'
import type { Caller } from './caller.ts'

/**
 * How much of a call is kept. `metadata`: who, what, which resources and how it ended; `request`: its parameters too;
 * `full`: the response elements as well.
 */
export type AuditLevel = 'none' | 'metadata' | 'request' | 'full'

/** The first rule that fits decides; what fits none is kept in full. Absent lists fit everything. */
export interface AuditRule {
  readonly level: AuditLevel
  /** Names of services: `s3`, `dynamo*`. */
  readonly services?: readonly string[] | undefined
  /** Names of operations: `Get*`, or `s3:GetObject`. */
  readonly operations?: readonly string[] | undefined
  /** ARNs, user names, access key ids or accounts: `arn:aws:iam::*:role/ci-*`. */
  readonly principals?: readonly string[] | undefined
}

export type LevelOf = (call: NamedCall, caller: Caller) => AuditLevel

export function compileAuditRules(rules: readonly AuditRule[]): LevelOf {
  const compiled = rules.map(({ level, services, operations, principals }) => ({
    level,
    services: matcher(services),
    operations: matcher(operations),
    principals: matcher(principals),
  }))
  return (call, caller) => {
    const fitting = compiled.find(
      (rule) =>
        rule.services(servicesOf(call)) && rule.operations(operationsOf(call)) && rule.principals(principalsOf(caller)),
    )
    return fitting?.level ?? 'full'
  }
}

function servicesOf({ service, eventSource }: NamedCall): readonly string[] {
  return [service, eventSource.replace(/\..*$/, '')]
}

function operationsOf(call: NamedCall): readonly string[] {
  const names = call.operation === undefined ? [call.eventName] : [call.operation, call.eventName]
  return names.flatMap((name) => [name, `${call.service}:${name}`])
}

function principalsOf({ userIdentity, accessKeyId }: Caller): readonly string[] {
  const { arn, userName, principalId, accountId } = userIdentity
  const issuer = issuerArn(userIdentity)
  return [arn, userName, principalId, accountId, issuer, accessKeyId].filter((name) => typeof name === 'string')
}

/** A role's session is meant by the role's own ARN too. */
function issuerArn({ sessionContext }: UserIdentity): unknown {
  if (typeof sessionContext !== 'object' || sessionContext === null || !('sessionIssuer' in sessionContext)) return
  const { sessionIssuer } = sessionContext
  return typeof sessionIssuer === 'object' && sessionIssuer !== null && 'arn' in sessionIssuer
    ? sessionIssuer.arn
    : undefined
}

type FitsAny = (names: readonly string[]) => boolean

function matcher(patterns: readonly string[] | undefined): FitsAny {
  if (patterns === undefined) return () => true
  const expressions = patterns.map(
    (pattern) => new RegExp(`^${pattern.split('*').map(escaped).join('.*').replaceAll('\\?', '.')}$`, 'is'),
  )
  return (names) => expressions.some((expression) => names.some((name) => expression.test(name)))
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
