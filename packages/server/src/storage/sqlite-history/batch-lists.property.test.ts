import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createBatchLists } from './batch-lists.ts'

/** Few values, so that lists have many places, events of one time, and terms that come twice with an event. */
const event = fc.record({
  scope: fc.integer({ min: 1, max: 3 }),
  time: fc.integer({ min: 0, max: 20 }),
  terms: fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 6 }),
})

it('gives each event once in each of its lists, in the order of time and position', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const lists = createBatchLists()
      for (const [index, { scope, time, terms }] of events.entries()) {
        lists.begin(scope, time, index * 2)
        for (const term of terms) lists.add(term)
      }
      const expected = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((term) =>
        [1, 2, 3].flatMap((scope) => {
          const members = events
            .map((one, index) => ({ ...one, position: index * 2 }))
            .filter((one) => one.scope === scope && one.terms.includes(term))
            .sort((a, b) => a.time - b.time || a.position - b.position)
          const places = { times: members.map(({ time }) => time), positions: members.map(({ position }) => position) }
          return members.length === 0 ? [] : [{ term, scope, places }]
        }),
      )
      expect([...lists.sorted()]).toEqual(expected)
    }),
  )
})

it('has room for any number of entries', () => {
  const lists = createBatchLists()
  const count = 70_000
  for (let position = 0; position < count; position += 1) {
    lists.begin(1, 0, position)
    lists.add(7)
    lists.add(8)
  }
  expect([...lists.sorted()].map(({ places }) => places.positions.length)).toEqual([count, count])
})
