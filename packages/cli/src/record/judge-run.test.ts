import { expect, test } from 'vitest'
import { contractOf } from './contract.ts'
import { parseExpectation } from './expectation.ts'
import { judgeRun } from './judge-run.ts'
import { call } from './seen-call.fixture.ts'

const none = { expectations: [], allowsNone: false }
const few = { calls: [call('s3:PutObject')], callsBeyond: 0, proxy: [], idlePlaces: [] }
const many = { ...few, callsBeyond: 7 }

test('nothing seen is a failed case, unless that is fine', () => {
  const nothing = { ...few, calls: [] }
  expect(judgeRun(nothing, none)).toMatchObject([{ name: 'calls were seen', failure: expect.any(Array) }])
  expect(judgeRun(nothing, { ...none, allowsNone: true })).toEqual([])
  expect(judgeRun(few, none)).toEqual([])
})

test('calls that were not kept are not passed over by what is checked', () => {
  const expectations = [parseExpectation('iam:*==0')]
  expect(judgeRun(few, { ...none, expectations })).toEqual([{ suite: 'expectations', name: 'iam:*==0' }])
  const failed = { suite: 'session', failure: [expect.stringMatching(/first 1 calls.* 7 later/)] }
  expect(judgeRun(many, { ...none, expectations })).toMatchObject([failed, { suite: 'expectations' }])
  expect(judgeRun(many, { ...none, contract: contractOf(many.calls) })).toMatchObject([failed, { suite: 'contract' }])
  expect(judgeRun(many, none)).toEqual([])
})

test('an empty contract holds for a run without calls, and for no other', () => {
  const contract = contractOf([])
  expect(judgeRun({ ...few, calls: [] }, { ...none, contract, allowsNone: true })).toEqual([])
  expect(judgeRun(few, { ...none, contract })).toMatchObject([{ suite: 'contract', failure: ['+ s3:PutObject'] }])
})

test('a difference says what it is about: by its parameters, else by what they are on', () => {
  const contract = contractOf([call('sqs:PurgeQueue', { resource: 'arn:aws:sqs:eu-west-1:1:a' })])
  const seen = { ...few, calls: [call('sqs:PurgeQueue', { parameters: { queueUrl: 'b' } })] }
  const [{ failure } = {}] = judgeRun(seen, { ...none, contract })
  expect(failure).toEqual([
    '- sqs:PurgeQueue',
    '    on arn:aws:sqs:eu-west-1:1:a',
    '+ sqs:PurgeQueue',
    '    {"queueUrl":"b"}',
  ])
})
