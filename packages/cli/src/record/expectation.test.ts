import { expect, test } from 'vitest'
import { judge, parseExpectation } from './expectation.ts'
import { call } from './seen-call.fixture.ts'

const calls = [call('s3:PutObject'), call('s3:PutObject'), call('s3:GetObject'), call('sts:GetCallerIdentity')]

test.each([
  ['s3:PutObject', true],
  ['s3:PutObject==2', true],
  ['s3:PutObject = 2', true],
  ['s3:PutObject>=3', false],
  ['s3:*==3', true],
  ['s3:*Object<4', true],
  ['*:*>4', false],
  ['s3:putobject==2', true],
  ['iam:*==0', true],
  ['iam:*!=0', false],
  ['s3:G?tObject<=1', true],
])('%s holds: %s', (text, isMet) => {
  expect(judge(parseExpectation(text), calls).isMet).toBe(isMet)
})

test.each(['PutObject', 's3:', 's3:PutObject>=', 's3:PutObject=>1', 's3:PutObject>=-1', 's3:(.*)+', ''])(
  '%j is refused with an example, and costs no more than reading it',
  (text) => {
    expect(() => parseExpectation(text)).toThrow(
      expect.objectContaining({ exitCode: 2, advice: expect.stringContaining("'s3:PutObject>=1'") }),
    )
  },
)

test.each(['s3:PutObject>=0', 's3:PutObject<0'])('%s is refused: no call makes a difference to it', (text) => {
  expect(() => parseExpectation(text)).toThrow(expect.objectContaining({ exitCode: 2 }))
})

test('what is shown of a failure is what was meant, or else what else the service was asked', () => {
  expect(judge(parseExpectation('s3:*Object==0'), calls).calls).toEqual([
    ['s3:PutObject', 2],
    ['s3:GetObject', 1],
  ])
  expect(judge(parseExpectation('s3:CreateBucket'), calls).calls).toEqual([
    ['s3:PutObject', 2],
    ['s3:GetObject', 1],
  ])
  expect(judge(parseExpectation('iam:CreateUser'), calls).calls).toEqual([])
})
