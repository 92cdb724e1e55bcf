import { expect, test } from 'vitest'
import { withPrincipal } from './policy-principals.ts'

const from = 'arn:aws:iam::111122223333:user/ann'
const to = 'AIDAJQABLZS4A3QDU576Q'
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

test('a principal is renamed wherever it is one, alone, in a list or negated, and nowhere else', () => {
  const condition = { StringEquals: { 'aws:PrincipalArn': from } }
  const before = policy(
    { Sid: from, Effect: 'Allow', Principal: { AWS: from }, Action: '*', Resource: '*', Condition: condition },
    { Effect: 'Deny', NotPrincipal: { AWS: ['111122223333', from], Service: from }, Action: '*', Resource: '*' },
  )
  expect(JSON.parse(withPrincipal(before, from, to)).Statement).toEqual([
    { Sid: from, Effect: 'Allow', Principal: { AWS: to }, Action: '*', Resource: '*', Condition: condition },
    { Effect: 'Deny', NotPrincipal: { AWS: ['111122223333', to], Service: from }, Action: '*', Resource: '*' },
  ])
})

test('and in a statement that is no list', () => {
  const single = JSON.stringify({ Statement: { Principal: { AWS: [from] } } })
  expect(JSON.parse(withPrincipal(single, from, to))).toEqual({ Statement: { Principal: { AWS: [to] } } })
})

test('a policy that does not name it stays as it was written, to the byte', () => {
  const others = `{ "Statement" : [ { "Principal" : "*" }, { "Principal" : { "AWS" : "${from}a" } } ] }`
  expect(withPrincipal(others, from, to)).toBe(others)
})
