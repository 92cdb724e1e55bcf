import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventFields } from './event-fields.ts'
import { eventHead } from './event-head.ts'

const names = ['eventID', 'eventId', 'eventTime', 'awsRegion', 'recipientAccountId', 'accountId', 'userIdentity', 'x']
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => JSON.stringify(text)),
  fc.constantFrom('"2026-01-02T03:04:05Z"', '"2026-01-02T03:04:05.1Z"', '"\\u0061"', '""', 'null', '7', '1e3', '[{}]'),
  fc.constantFrom(
    '{}',
    '{"accountId":"1"}',
    '{"accountId":2,"accountId":"3"}',
    '{ "accountId":"4"}',
    '{"a":{"accountId":"5"}}',
  ),
)
const members = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom('', ' '), value), { maxLength: 6 })

test('the head of a record is what its fields say, however it is written', () => {
  fc.assert(
    fc.property(members, fc.constantFrom('', ',', 'x'), (some, odd) => {
      const text = `{${some.map(([name, space, one]) => `"${name}":${space}${one}`).join(',')}${odd}}`
      const bytes = new TextEncoder().encode(text)
      const fields = eventFields(bytes)
      const head = eventHead(bytes)
      expect(head === undefined).toBe(fields === undefined)
      if (head !== undefined) expect(fields).toMatchObject(head)
    }),
    { numRuns: 2_000 },
  )
})
