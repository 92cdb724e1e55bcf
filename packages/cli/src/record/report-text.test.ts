import { expect, test } from 'vitest'
import { leastPolicy } from './least-policy.ts'
import { reportLines } from './report-text.ts'
import { call } from './seen-call.fixture.ts'
import { summarise } from './summary.ts'

const plain = (text: string) => text
const style = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain }
const long = `arn:aws:s3:::data/${'deep/'.repeat(30)}object`
const calls = [
  call('s3:PutObject', {
    needs: [{ action: 's3:PutObject', resource: long }],
    resource: long,
    mark: `t ${'x'.repeat(90)}`,
  }),
  call('s3:GetObject', { error: 'NoSuchKey', identity: 'AKIA\u001b[31m' }),
  ...['CreateTable', 'DescribeTable', 'PutItem', 'UpdateItem', 'DeleteItem'].map((name) => call(`dynamodb:${name}`)),
]

test.each([50, 80, 200])('no line is wider than a terminal of %i columns', (columns) => {
  const lines = reportLines(summarise(calls), leastPolicy(calls), { style, columns }).flatMap((line) =>
    line.split('\n'),
  )
  expect(lines.filter((line) => line.length > columns)).toEqual([])
})

test('it says what was called, what failed, by whom, for which test, and what is needed', () => {
  const text = reportLines(summarise(calls), leastPolicy(calls), { style, columns: 300 }).join('\n')
  expect(text).toContain('Cairn recorded 7 calls to 2 services, 1 failed')
  expect(text).toContain('dynamodb  CreateTable, DeleteItem, DescribeTable, PutItem, UpdateItem')
  expect(text).toContain('1×  s3:GetObject  NoSuchKey')
  expect(text).toContain('6×  arn:aws:iam::111122223333:user/ana')
  expect(text).toMatch(/1× {2}t x+ {2}s3:PutObject/)
  expect(text).toContain(`s3:PutObject\n    ${long}`)
})

test('what comes from outside cannot steer the terminal', () => {
  const text = reportLines(summarise(calls), leastPolicy(calls), { style, columns: 80 }).join('\n')
  expect(text).not.toContain('\u001b')
})
