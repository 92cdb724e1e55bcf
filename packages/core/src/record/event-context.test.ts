import { expect, test } from 'vitest'
import { type CallContext, isRequestContextKey, withEventContext } from './event-context.ts'

const context: CallContext = {
  request: {
    'aws:PrincipalArn': 'arn:aws:iam::123456789012:user/ann',
    'aws:PrincipalTag/team': 'blue & green',
    'aws:PrincipalOrgPaths': ['o-1/r-1/', 'o-1/r-2/'],
  },
  resources: [
    { arn: 'arn:aws:kms:us-east-1:123456789012:key/1', tags: { team: 'blue', cost: '7' } },
    { arn: 'arn:aws:kms:us-east-1:123456789012:key/2', tags: { cost: '8' } },
  ],
}
const record = '{"a":12345678901234567890,"a":{"b":"}"} }'

function enriched(tagKeys: readonly string[], requestKeys: readonly string[], known = context) {
  const text = new TextDecoder().decode(
    withEventContext(new TextEncoder().encode(record), known, { tagKeys, requestKeys }),
  )
  expect(text.startsWith(record.slice(0, -1))).toBe(true)
  return (JSON.parse(text) as { eventContext: unknown }).eventContext
}

test('what a store names is added behind the record, whose bytes stay', () => {
  expect(enriched(['team'], ['aws:principalarn', 'aws:PrincipalOrgPaths', 'aws:PrincipalTag/Team'])).toEqual({
    requestContext: {
      'aws:PrincipalArn': 'arn:aws:iam::123456789012:user/ann',
      'aws:PrincipalOrgPaths': ['o-1/r-1/', 'o-1/r-2/'],
      'aws:PrincipalTag/Team': 'blue & green',
    },
    tagContext: {
      resourceTags: [{ arn: 'arn:aws:kms:us-east-1:123456789012:key/1', tags: { team: 'blue' } }],
      principalTags: { team: 'blue & green' },
    },
  })
})

test('both parts are there when nothing of them is known or named', () => {
  const nothing = { requestContext: {}, tagContext: {} }
  expect(enriched(['owner'], ['aws:SourceAccount'])).toEqual(nothing)
  expect(enriched([], [])).toEqual(nothing)
  expect(enriched(['team', '__proto__'], [], { request: {}, resources: [] })).toEqual(nothing)
})

test('text is escaped as in records', () => {
  const text = withEventContext(new TextEncoder().encode('{}'), context, { tagKeys: ['team'], requestKeys: [] })
  expect(new TextDecoder().decode(text)).toContain('blue \\u0026 green')
})

test.each([
  ['aws:ViaAWSService', true],
  ['AWS:USERID', true],
  ['aws:PrincipalTag/team', true],
  ['aws:PrincipalTag/', false],
  ['aws:SourceIp', false],
  ['aws:ResourceTag/team', false],
])('events can be enriched with %s: %s', (key, expected) => {
  expect(isRequestContextKey(key)).toBe(expected)
})
