// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables look like templates

import { fullSize } from '@cairn/testkit'
import { evaluateNaively } from '@cairn/testkit/cases/iam/naive-evaluator.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePolicy } from './compile-policy.ts'
import { evaluate, type NamedPolicy } from './evaluate.ts'
import { type PolicyKind, parsePolicy } from './parse-policy.ts'

const accounts = ['111122223333', '444455556666']
const pick = <T>(...values: T[]) => fc.constantFrom(...values)

const principal = fc.oneof(
  fc
    .constantFrom(...accounts)
    .map((account) => ({ kind: 'root' as const, account, arn: `arn:aws:iam::${account}:root` })),
  fc.record({ account: pick(...accounts), name: pick('ann', 'bob') }).map(({ account, name }) => ({
    kind: 'user' as const,
    account,
    arn: `arn:aws:iam::${account}:user/${name}`,
    userId: `AIDA${name.toUpperCase()}AAAAAAAAAAAA`,
  })),
  fc.record({ account: pick(...accounts), session: pick('s1', 's2') }).map(({ account, session }) => ({
    kind: 'role-session' as const,
    account,
    arn: `arn:aws:sts::${account}:assumed-role/etl/${session}`,
    roleArn: `arn:aws:iam::${account}:role/etl`,
    roleId: 'AROAETLAAAAAAAAAAAAA',
  })),
  fc.constant({ kind: 'service' as const, name: 'cloudtrail.amazonaws.com' }),
  fc.constant({ kind: 'anonymous' as const }),
)

const principalElement = fc.oneof(
  fc.constant('*'),
  fc.record({
    AWS: fc.array(
      pick(
        '*',
        ...accounts,
        'arn:aws:iam::111122223333:root',
        'arn:aws:iam::111122223333:user/ann',
        'arn:aws:iam::444455556666:role/etl',
        'arn:aws:sts::111122223333:assumed-role/etl/s1',
        'AIDABOBAAAAAAAAAAAA',
        'AROAETLAAAAAAAAAAAAA',
      ),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  fc.constant({ Service: 'cloudtrail.amazonaws.com' }),
)

const oneOrMore = <T>(values: fc.Arbitrary<T>) => fc.oneof(values, fc.array(values, { minLength: 1, maxLength: 3 }))

const actions = pick('s3:GetObject', 's3:PutObject', 's3:getobject', 'sts:AssumeRole', 'cloudtrail:StopLogging')
const actionPatterns = pick(
  '*',
  's3:*',
  'S3:Get*',
  's3:?etObject',
  's3:*Object',
  'sts:Assume*',
  'cloudtrail:StopLogging',
  's3:*t*b*',
)
const resources = pick(
  '*',
  'arn:aws:s3:::logs',
  'arn:aws:s3:::logs/ann/2026:01',
  'arn:aws:s3:::logs/bob/x',
  'arn:aws:cloudtrail:us-east-1:111122223333:trail/main',
  'arn:aws-cn:cloudtrail:cn-north-1:444455556666:trail/a:b',
)
const resourcePatterns = pick(
  '*',
  'arn:aws:s3:::logs',
  'arn:aws:s3:::logs*',
  'arn:aws:s3:::logs/${aws:username}/*',
  "arn:aws:s3:::logs/${aws:PrincipalTag/team, 'ann'}/*",
  'arn:aws:s3:::*/b?b/x',
  'arn:*:cloudtrail:*:*:trail/*',
  'arn:aws:cloudtrail:us-*:111122223333:trail/ma??',
  'arn:aws:cloudtrail',
  'arn:aws:s3:::logs/${*}',
  'arn:aws*',
  'arn:aws:s3:*/x',
)

const texts = pick('ann', 'bob', 'ANN', 'a*', '', 'arn:aws:s3:::logs', 'x:y', '?')
const textOperands = pick(
  'ann',
  'a*',
  '?nn',
  '*',
  '${aws:username}',
  "${aws:none, 'bob'}",
  '${aws:none}',
  '${$}{x}',
  '${?}',
  '*:*',
)
const arns = pick('arn:aws:s3:::logs', 'arn:aws:sns:us-east-1:111122223333:topic:1', 'no arn')
const arnOperands = pick('arn:aws:s3:::*', 'arn:aws:sns:*:1111?2223333:*', 'arn:aws:sns:us-east-1', '*', 'arn:*')
const numbers = pick('1', '2', '-3', '2.5', '1e2', '100')
const dates = pick('2026-01-01T00:00:00Z', '2026-06-01T12:30:00Z', '2027-01-01')
const addresses = pick('10.1.2.3', '10.2.0.1', '192.0.2.7')
const ranges = pick('10.0.0.0/8', '10.1.0.0/16', '192.0.2.7', '192.0.2.0/29', '0.0.0.0/0')

/** Operators with what they are compared to; each family has keys of its own. */
const families = [
  {
    key: 'app:text',
    operands: textOperands,
    names: [
      'StringEquals',
      'StringNotEquals',
      'StringLike',
      'StringNotLike',
      'StringEqualsIgnoreCase',
      'StringNotEqualsIgnoreCase',
    ],
  },
  { key: 'App:Arn', operands: arnOperands, names: ['ArnLike', 'ArnNotLike', 'ArnEquals', 'ArnNotEquals'] },
  {
    key: 'app:number',
    operands: numbers,
    names: [
      'NumericEquals',
      'NumericNotEquals',
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericGreaterThanEquals',
    ],
  },
  {
    key: 'app:date',
    operands: dates,
    names: [
      'DateEquals',
      'DateNotEquals',
      'DateLessThan',
      'DateLessThanEquals',
      'DateGreaterThan',
      'DateGreaterThanEquals',
    ],
  },
  { key: 'aws:SourceIp', operands: ranges, names: ['IpAddress', 'NotIpAddress'] },
  { key: 'aws:SecureTransport', operands: pick('true', 'False'), names: ['Bool', 'Null'] },
] as const

const condition = fc.constantFrom(...families).chain(({ key, operands, names }) =>
  fc
    .record({
      name: fc.constantFrom<string>(...names),
      quantifier: pick('', '', 'ForAllValues:', 'ForAnyValue:'),
      ifExists: pick('', '', 'IfExists'),
      values: oneOrMore(operands as fc.Arbitrary<string>),
    })
    .map(({ name, quantifier, ifExists, values }) =>
      name === 'Null'
        ? { [name]: { [key]: String(values).split(',')[0]?.toLowerCase() } }
        : { [`${quantifier}${name}${ifExists}`]: { [key]: values } },
    ),
)

const statement = (kind: PolicyKind) =>
  fc
    .record({
      Effect: pick('Allow', 'Allow', 'Allow', 'Deny'),
      actions: fc.tuple(pick('Action', 'Action', 'NotAction'), oneOrMore(actionPatterns)),
      resources: fc.tuple(pick('Resource', 'Resource', 'NotResource'), oneOrMore(resourcePatterns)),
      principals: fc.tuple(pick('Principal', 'Principal', 'NotPrincipal'), principalElement),
      Condition: fc.option(condition, { nil: undefined, freq: 2 }),
    })
    .map(({ Effect, actions: [action, patterns], resources: [resource, arnPatterns], principals, Condition }) => ({
      Effect,
      [action]: patterns,
      [resource]: arnPatterns,
      ...(kind === 'resource' ? { [principals[0]]: principals[1] } : {}),
      ...(Condition === undefined ? {} : { Condition }),
    }))

const policy = (kind: PolicyKind) =>
  fc.record({
    Version: pick('2012-10-17', '2012-10-17', '2008-10-17'),
    Statement: fc.array(statement(kind), { minLength: 1, maxLength: 3 }),
  })

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 })
const someValues = (values: fc.Arbitrary<string>) => optional(fc.oneof(values, fc.array(values, { maxLength: 3 })))

const cases = fc.record({
  principal,
  action: actions,
  resource: resources,
  resourceAccount: optional(pick(...accounts)),
  context: fc.record({
    'app:text': someValues(texts),
    'app:arn': someValues(arns),
    'app:number': someValues(numbers),
    'app:date': someValues(dates),
    'aws:sourceip': someValues(addresses),
    'aws:securetransport': optional(pick('true', 'false')),
    'aws:username': someValues(pick('ann', 'bob', '*')),
    'aws:principaltag/team': optional(pick('bob', 'a*')),
  }),
  identity: fc.array(policy('identity'), { maxLength: 2 }),
  resourcePolicy: optional(policy('resource')),
  isRequired: fc.boolean(),
  session: optional(fc.array(policy('identity'), { maxLength: 1 })),
  boundary: optional(policy('identity')),
  serviceControl: optional(fc.array(policy('identity'), { maxLength: 1 })),
})

function compile(source: object, kind: PolicyKind, index = 0): NamedPolicy {
  return { name: `p${index}`, policy: compilePolicy(parsePolicy(source, kind)) }
}

const compileAll = (sources: readonly object[]) => sources.map((source, index) => compile(source, 'identity', index))

describe('the compiled evaluator', () => {
  it(
    'decides as the plain reading of the rules does',
    () => {
      const seen = { allow: 0, 'explicit-deny': 0, 'implicit-deny': 0 }
      fc.assert(
        fc.property(cases, (one) => {
          const values = Object.fromEntries(
            Object.entries(one.context).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
          )
          const question = {
            principal: one.principal,
            action: one.action,
            resource: one.resource,
            ...(one.resourceAccount === undefined ? {} : { resourceAccount: one.resourceAccount }),
          }
          const decision = evaluate(
            { ...question, context: new Map(Object.entries(values)) },
            {
              identity: compileAll(one.identity),
              resource: {
                isRequired: one.isRequired,
                ...(one.resourcePolicy === undefined ? {} : { policy: compile(one.resourcePolicy, 'resource') }),
              },
              ...(one.session === undefined ? {} : { session: compileAll(one.session) }),
              ...(one.boundary === undefined ? {} : { boundary: compile(one.boundary, 'identity') }),
              ...(one.serviceControl === undefined ? {} : { serviceControl: compileAll(one.serviceControl) }),
            },
          )
          const naive = evaluateNaively(
            { ...question, context: values },
            {
              identity: one.identity,
              isResourceRequired: one.isRequired,
              ...(one.resourcePolicy === undefined ? {} : { resource: one.resourcePolicy }),
              ...(one.session === undefined ? {} : { session: one.session }),
              ...(one.boundary === undefined ? {} : { boundary: one.boundary }),
              ...(one.serviceControl === undefined ? {} : { serviceControl: one.serviceControl }),
            },
          )
          seen[naive] += 1
          expect(decision.reason).toBe(naive)
          expect(decision.allowed).toBe(naive === 'allow')
        }),
        { numRuns: fullSize(5000, 200_000) },
      )
      // A generator that never reaches a verdict would prove nothing about it.
      for (const count of Object.values(seen)) expect(count).toBeGreaterThan(fullSize(200, 8000))
    },
    fullSize(20_000, 300_000),
  )
})
