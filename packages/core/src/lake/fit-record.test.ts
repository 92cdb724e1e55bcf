import { expect, test } from 'vitest'
import { fitRecord, parseRecord } from './index.ts'

const bytesMax = 10_000
const fit = (record: object) => {
  const text = JSON.stringify(record)
  return fitRecord(parseRecord(text) ?? {}, text, bytesMax)
}

test('a record that fits stays as it is, to the byte', () => {
  const text = `{ "eventName": "A", "errorMessage": "${'é'.repeat(4_000)}" }`
  expect(fitRecord(parseRecord(text) ?? {}, text, bytesMax).text).toBe(text)
})

test('contents give way in their order, no more than must, and numbers stay as they were written', () => {
  const responseElements = { x: 'x'.repeat(9_000) }
  const additionalEventData = { y: 'y'.repeat(2_000) }
  const whole = { eventName: 'A', requestParameters: { n: 1 }, responseElements, additionalEventData }
  const { record, text } = fit(whole)
  expect(record).toEqual({
    ...whole,
    additionalEventData: { omitted: true, originalSize: 2_008, reason: 'additionalEventData too large' },
  })
  expect(JSON.parse(text)).toEqual(record)
  const exact = `{"requestParameters":{"n":12345678901234567890},"additionalEventData":"${'z'.repeat(9_990)}"}`
  expect(fitRecord(parseRecord(exact) ?? {}, exact, bytesMax).text).toContain('{"n":12345678901234567890}')
})

test.each([
  ['one large member', { eventName: 'A', errorMessage: 'e'.repeat(50_000) }],
  ['a large member of no column', { eventName: 'A', unheardOf: 'u'.repeat(50_000) }],
  ['many members', { eventName: 'A', ...Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`m${n}`, n])) }],
])('a record that is large in another way keeps its head: %s', (_what, record) => {
  const fitted = fit(record)
  expect(fitted.text.length).toBeLessThan(bytesMax)
  expect(fitted.record).toMatchObject({ eventName: 'A' })
})
