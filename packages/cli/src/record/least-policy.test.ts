import { compilePolicy, evaluate, parsePolicy } from '@cairn/aws-kit/iam'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { leastPolicy, type PolicyDocument } from './least-policy.ts'
import { policyText } from './policy-text.ts'
import { call } from './seen-call.fixture.ts'
import type { Need, SeenCall } from './seen-call.ts'

/** Whether IAM allows everything that the calls need. */
function passes(calls: readonly SeenCall[], policy: PolicyDocument): boolean {
  // IAM takes no empty policy: it is the same as none.
  if (policy.Statement.length === 0) return calls.every(({ needs = [] }) => needs.length === 0)
  const compiled = compilePolicy(parsePolicy(policyText(policy, 'json'), 'identity', { charactersMax: 1e6 }))
  const principal = { kind: 'user', account: '111122223333', arn: 'arn:aws:iam::111122223333:user/a', userId: 'AIDA' }
  return calls.every(({ needs = [] }) =>
    needs.every(
      ({ action, resource }) =>
        evaluate(
          { principal: { ...principal, kind: 'user' }, action, resource, context: new Map() },
          { identity: [{ name: 'least', policy: compiled }] },
        ).allowed,
    ),
  )
}

/** The policy without one of its actions. */
function without(policy: PolicyDocument, action: string): PolicyDocument {
  const Statement = policy.Statement.map((one) => ({ ...one, Action: one.Action.filter((name) => name !== action) }))
  return { ...policy, Statement: Statement.filter(({ Action }) => Action.length > 0) }
}

const resources = ['*', 'arn:aws:s3:::data', 'arn:aws:s3:::data/a*b?c$d', 'arn:aws:s3:::data/x', 'arn:aws:s3:::data/*']
const actions = ['s3:PutObject', 's3:GetObject', 's3:ListBucket', 'kms:Decrypt', 'sqs:SendMessage']
const anyNeed: fc.Arbitrary<Need> = fc.record({
  action: fc.constantFrom(...actions),
  resource: fc.constantFrom(...resources),
})
const anyCalls = fc.array(
  fc.array(anyNeed, { minLength: 1, maxLength: 3 }).map((needs) => call('s3:Any', { needs })),
  { minLength: 1, maxLength: 8 },
)

test('under it every call is allowed, and without any one of its actions one is denied', () => {
  fc.assert(
    fc.property(anyCalls, (calls) => {
      const policy = leastPolicy(calls)
      expect(passes(calls, policy)).toBe(true)
      for (const action of policy.Statement.flatMap(({ Action }) => Action)) {
        expect(passes(calls, without(policy, action)), action).toBe(false)
      }
    }),
  )
})

test('wildcards in a name allow that name only', () => {
  const policy = leastPolicy([
    call('s3:PutObject', { needs: [{ action: 's3:PutObject', resource: 'arn:aws:s3:::b/a*' }] }),
  ])
  const other = call('s3:PutObject', { needs: [{ action: 's3:PutObject', resource: 'arn:aws:s3:::b/another' }] })
  expect(passes([other], policy)).toBe(false)
})

test('what was denied, and what nobody can name, is not in it; what failed otherwise is', () => {
  const denied = call('iam:CreateUser', { error: 'AccessDenied' })
  const { needs: _, ...unclear } = call('s3:Unknown')
  expect(leastPolicy([denied, unclear])).toEqual({ Version: '2012-10-17', Statement: [] })
  expect(leastPolicy([call('s3:GetObject', { error: 'NoSuchKey' })]).Statement).toHaveLength(1)
})

test('that an object is not there is told again: who may not list the bucket is denied instead', () => {
  const needs = [{ action: 's3:GetObject', resource: 'arn:aws:s3:::data/a/b' }]
  expect(leastPolicy([call('s3:HeadObject', { error: 'NoSuchKey', needs })]).Statement).toEqual([
    { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::data/a/b'] },
    { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::data'] },
  ])
  expect(leastPolicy([call('s3:HeadObject', { needs })]).Statement).toHaveLength(1)
})

test('actions on the same resources share a statement, those of other services do not', () => {
  const on = (action: string, resource: string) => call(action, { needs: [{ action, resource }] })
  const calls = [on('s3:PutObject', 'x'), on('s3:GetObject', 'x'), on('sqs:SendMessage', 'x'), on('s3:GetObject', 'x')]
  expect(leastPolicy(calls).Statement).toEqual([
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: ['x'] },
    { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: ['x'] },
  ])
})

test('it is written as JSON, YAML and Terraform', () => {
  const key = `arn:aws:s3:::data/${'$'}{x}`
  const policy = leastPolicy([
    call('s3:PutObject', { needs: [{ action: 's3:PutObject', resource: key }] }),
    call('s3:PutObject', { needs: [{ action: 's3:PutObject', resource: 'arn:aws:s3:::data/b' }] }),
  ])
  expect(JSON.parse(policyText(policy, 'json'))).toEqual(policy)
  expect(policyText(policy, 'yaml')).toContain('Version: "2012-10-17"\nStatement:\n  - Effect: "Allow"\n')
  expect(policyText(policy, 'terraform')).toBe(`data "aws_iam_policy_document" "recorded" {
  statement {
    actions = ["s3:PutObject"]
    resources = [
      "arn:aws:s3:::data/$\${$}{x}",
      "arn:aws:s3:::data/b",
    ]
  }
}
`)
})
