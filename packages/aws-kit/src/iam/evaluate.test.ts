import table from '@cairn/testkit/cases/iam/decisions.json' with { type: 'json' }
import { describe, expect, it } from 'vitest'
import { compilePolicy } from './compile-policy.ts'
import { evaluate, type NamedPolicy, type PolicySet } from './evaluate.ts'
import { accessDeniedMessage, explainDecision } from './explain.ts'
import { type PolicyKind, parsePolicy } from './parse-policy.ts'
import type { AccessQuestion, RequestPrincipal } from './request.ts'

interface Case {
  readonly name: string
  readonly question: Omit<AccessQuestion, 'context'>
  readonly context: Readonly<Record<string, string | readonly string[]>>
  readonly policies: {
    readonly identity: readonly object[]
    readonly resource?: object
    readonly resourceKind?: PolicyKind
    readonly isResourceRequired?: boolean
    readonly session?: readonly object[]
    readonly boundary?: object
    readonly serviceControl?: readonly object[]
  }
  readonly expect: string
  readonly missing?: string
}

function named(source: object, kind: PolicyKind, name: string): NamedPolicy {
  return { name, policy: compilePolicy(parsePolicy(source, kind)) }
}

function policySet({ policies }: Case): PolicySet {
  const all = (sources: readonly object[], layer: string) =>
    sources.map((source, index) => named(source, 'identity', `${layer}-${index}`))
  return {
    identity: all(policies.identity, 'identity'),
    resource: {
      isRequired: policies.isResourceRequired ?? false,
      ...(policies.resource && { policy: named(policies.resource, policies.resourceKind ?? 'resource', 'resource') }),
    },
    ...(policies.session && { session: all(policies.session, 'session') }),
    ...(policies.boundary && { boundary: named(policies.boundary, 'identity', 'boundary') }),
    ...(policies.serviceControl && { serviceControl: all(policies.serviceControl, 'scp') }),
  }
}

const cases = table.cases as unknown as readonly Case[]

describe('decisions', () => {
  it.each(cases)('$name', (one) => {
    const decision = evaluate({ ...one.question, context: new Map(Object.entries(one.context)) }, policySet(one))
    expect(decision).toMatchObject({ reason: one.expect, allowed: one.expect === 'allow' })
    expect(decision.missing).toBe(one.missing)
  })
})

describe('the reasons of a decision', () => {
  const ann: RequestPrincipal = {
    kind: 'user',
    account: '111122223333',
    arn: 'arn:aws:iam::111122223333:user/ann',
    userId: 'AIDAANN',
  }
  const question: AccessQuestion = {
    principal: ann,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::logs/x',
    context: new Map(),
  }
  const policy = (...statements: object[]) =>
    named({ Version: '2012-10-17', Statement: statements }, 'identity', 'reading')
  const allow = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
  const deny = { Sid: 'NoLogs', Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::logs/*' }

  it('name the statement that allowed', () => {
    const decision = evaluate(question, { identity: [policy({ ...deny, Resource: '*', Action: 'ec2:*' }, allow)] })
    expect(decision.statements).toEqual([{ layer: 'identity', policyName: 'reading', index: 1, effect: 'Allow' }])
    expect(explainDecision(question, decision)).toEqual([
      'arn:aws:iam::111122223333:user/ann asks for s3:GetObject on arn:aws:s3:::logs/x',
      'allowed by identity-based policy reading, statement 2',
    ])
  })

  it('name the statement that denied, and to the caller only its kind', () => {
    const decision = evaluate(question, { identity: [policy(allow, deny)] })
    expect(explainDecision(question, decision)[1]).toBe('denied by identity-based policy reading, statement 2 (NoLogs)')
    expect(accessDeniedMessage(question, decision)).toBe(
      'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::logs/x with an explicit deny in an identity-based policy',
    )
  })

  it('name the kind of policy that had nothing to say', () => {
    const decision = evaluate(question, { identity: [] })
    expect(explainDecision(question, decision)[1]).toBe('not allowed: no identity-based policy allows it')
    expect(accessDeniedMessage(question, decision)).toBe(
      'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::logs/x because no identity-based policy allows the s3:GetObject action',
    )
  })

  it('say that root needs none', () => {
    const root: RequestPrincipal = { kind: 'root', account: '111122223333', arn: 'arn:aws:iam::111122223333:root' }
    const asked = { ...question, principal: root }
    expect(explainDecision(asked, evaluate(asked, { identity: [] }))[1]).toBe('allowed: root of the account')
  })
})
