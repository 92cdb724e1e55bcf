import { queryOf } from '@cairn/testkit/contracts/history-index'
import { eventFrame, intentFrame } from '@cairn/testkit/fakes/frames'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Frame, Position, StoredFrame } from '../ports/event-log.ts'
import { createFollowers, type FollowPart } from './follow.ts'

let ending: AbortController
beforeEach(() => {
  ending = new AbortController()
})
afterEach(() => ending.abort())

const stored = (position: number, frame: Frame): StoredFrame => ({ ...frame, position: position as Position })
const named = (position: number, name: string): StoredFrame => {
  return stored(position, eventFrame({ text: JSON.stringify({ eventName: name }) }))
}
const names = (part: FollowPart | undefined): unknown =>
  part?.kind === 'events' ? part.events.map(({ fields }) => fields.eventName) : part

it('gives each new event that matches once, though an index that is rebuilt sees it again', async () => {
  const followers = createFollowers()
  const query = queryOf({ where: [{ field: 'eventName', is: 'Get*' }] })
  const parts = followers.follow(query, 2 as Position, ending.signal)
  const first = parts.next()
  await followers.offer([named(1, 'GetOld'), named(2, 'GetA'), named(3, 'PutB'), stored(4, intentFrame('i'))])
  expect(names((await first).value ?? undefined)).toEqual(['GetA'])
  const second = parts.next()
  await followers.offer([named(1, 'GetOld'), named(2, 'GetA'), named(5, 'GetC')])
  expect(names((await second).value ?? undefined)).toEqual(['GetC'])
})

it('keeps a bounded number for a slow reader and says how many it left out', async () => {
  const followers = createFollowers()
  const parts = followers.follow(queryOf({}), 0 as Position, ending.signal)
  const first = parts.next()
  await followers.offer([named(0, 'A')])
  expect(names((await first).value ?? undefined)).toEqual(['A'])
  await followers.offer(Array.from({ length: 5_010 }, (_, index) => named(index + 1, 'B')))
  expect(names((await parts.next()).value ?? undefined)).toHaveLength(5_000)
  expect((await parts.next()).value).toEqual({ kind: 'skipped', count: 10 })
})

it('ends when its reader goes away', async () => {
  const followers = createFollowers()
  const leaving = new AbortController()
  const parts = followers.follow(queryOf({}), 0 as Position, leaving.signal)
  const waiting = parts.next()
  leaving.abort()
  expect((await waiting).done).toBe(true)
})
