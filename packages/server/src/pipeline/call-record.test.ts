import type { UserIdentity } from '@cairn/core/record'
import { expect, test } from 'vitest'
import { copyContext, type RecordCopy } from './call-record.ts'

const [caller, owner, other] = ['444455556666', '123456789012', '999988887777']
const copyOf = (account: string): RecordCopy => ({ eventId: account, account, userIdentity: {} as UserIdentity })
const copies = [copyOf(caller), copyOf(owner), copyOf(other)]
const keyOf = (account: string) => ({ arn: `arn:aws:kms:us-east-1:${account}:key/1`, tags: { team: account } })
const context = { request: { 'aws:PrincipalTag/team': 'blue' }, resources: [keyOf(caller), keyOf(owner)] }

test('who called is told to the account of the caller only, and tags of a resource to its owner only', () => {
  const told = copies.map((copy) => copyContext({ copies }, { context }, copy))
  expect(told).toEqual([
    { request: context.request, resources: [keyOf(caller)] },
    { request: {}, resources: [keyOf(owner)] },
    { request: {}, resources: [] },
  ])
})

test('nothing is told where nobody wants to know', () => {
  expect(copyContext({ copies }, {}, copyOf(caller))).toBeUndefined()
})
