import { expect, test } from 'vitest'
import { parseExpectation } from './expectation.ts'
import { parseOwnNames, requirePossible } from './possible-expectations.ts'

const demand = (text: string, ...own: string[]) => requirePossible([parseExpectation(text)], parseOwnNames(own))

test('a name that no call can have is refused, with what is likely meant and how to insist', () => {
  expect(() => demand('iamm:*==0')).toThrow(
    expect.objectContaining({
      exitCode: 2,
      message: "--expect 'iamm:*==0' can match no call: no service is called 'iamm'.",
      advice: "Is iam meant? A name of your own, which is none of AWS's, is taken with --allow-name iamm.",
    }),
  )
  expect(() => demand('s3:GetObjcet')).toThrow(
    expect.objectContaining({ advice: expect.stringMatching(/s3:GetObject.*--allow-name s3:GetObjcet/) }),
  )
  expect(() => demand('*:Nothing*==0')).toThrow(/no operation of these services fits 'Nothing\*'/)
})

test('services and operations of one own are taken when they are named', () => {
  demand('billd:*==0', 'billd')
  demand('billd:Charge', 'billd')
  demand('s3:RestoreBucket', 's3:RestoreBucket')
  demand('s3:*Bukket==0', 's3:DropBukket')
  expect(() => demand('s3:RestoreBucket', 's3:RestoreBuckets')).toThrow()
  expect(() => demand('iamm:*==0', 'billd')).toThrow()
})

test.each(['', 'a b', 'x:*', ':y'])('%j is no name', (text) => {
  expect(() => parseOwnNames([text])).toThrow(expect.objectContaining({ exitCode: 2 }))
})
