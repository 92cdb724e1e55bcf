import { expect, test } from 'vitest'
import { nameCall, readAnswer } from './index.ts'
import { answerText, canary, operationsWith } from './sensitive-calls.fixture.ts'
import { writeRequest } from './wire.fixture.ts'

const place = { account: '111122223333', region: 'eu-west-1', partition: 'aws' }

test('no sensitive member of any request is in what a record says of it', { timeout: 60_000 }, () => {
  const leaking: string[] = []
  let count = 0
  for (const [table, operation, input] of operationsWith('input')) {
    count += 1
    // What a call is authorised on is no part of its record.
    const { resourceArns: _, ...call } = nameCall(writeRequest(table, operation, input), place)
    if (JSON.stringify(call).includes(canary)) leaking.push(`${table.service}:${operation.name}`)
  }
  console.log(`${count} operations take something sensitive`)
  expect(count).toBeGreaterThan(1000)
  expect(leaking).toEqual([])
})

test('no sensitive member of any answer is in what a record says of it', { timeout: 60_000 }, () => {
  const leaking: string[] = []
  let count = 0
  for (const [table, operation, output] of operationsWith('output')) {
    count += 1
    const call = nameCall(writeRequest(table, operation, {}), place)
    const text = answerText(table, operation, output)
    const answer = { status: 200, headers: {}, bodyHead: new TextEncoder().encode(text), bodyIsWhole: true }
    if (JSON.stringify(readAnswer(call, answer)).includes(canary)) leaking.push(`${table.service}:${operation.name}`)
  }
  console.log(`${count} operations answer something sensitive`)
  expect(count).toBeGreaterThan(500)
  expect(leaking).toEqual([])
})
