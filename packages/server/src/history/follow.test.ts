import { queryOf } from '@cairn/testkit/contracts/history-index'
import { eventFrame, intentFrame } from '@cairn/testkit/fakes/frames'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { EventLog, Position } from '../ports/event-log.ts'
import { createMemoryEventLog } from '../storage/memory/event-log.ts'
import { type FollowPart, follow } from './follow.ts'

let log: EventLog
let leaving: AbortController
beforeEach(() => {
  log = createMemoryEventLog()
  leaving = new AbortController()
})
afterEach(() => leaving.abort())

const named = (name: string) => eventFrame({ text: JSON.stringify({ eventName: name }) })
const names = ({ value }: IteratorResult<FollowPart, void>): unknown =>
  value?.kind === 'events' ? value.events.map(({ fields }) => fields.eventName) : value

it('gives each new event that matches once, and none from before', async () => {
  await log.append([named('GetOld')])
  const parts = follow(log, queryOf({ where: [{ field: 'eventName', is: 'Get*' }] }), leaving.signal)
  const first = parts.next()
  await log.append([named('GetA'), named('PutB'), intentFrame('i')])
  expect(names(await first)).toEqual(['GetA'])
  const second = parts.next()
  await log.append([named('PutC')])
  await log.append([named('GetD')])
  expect(names(await second)).toEqual(['GetD'])
})

it('leaves events of single stores out', async () => {
  const parts = follow(log, queryOf({}), leaving.signal)
  const first = parts.next()
  await log.append([{ ...eventFrame({ text: '{}' }), audience: { kind: 'store', id: 's' } }, named('A')])
  expect(names(await first)).toEqual(['A'])
})

it('lets a slow reader fall behind, and gives it everything', async () => {
  const parts = follow(log, queryOf({}), leaving.signal)
  const first = parts.next()
  await log.append([named('first')])
  await first
  const all = Array.from({ length: 30_000 }, (_, index) => `E${index}`)
  for (let from = 0; from < all.length; from += 1_000) await log.append(all.slice(from, from + 1_000).map(named))
  const read: unknown[] = []
  while (read.length < all.length) {
    const found = names(await parts.next()) as unknown[]
    // Some 512 KiB at a time, however much waits.
    expect(found.length).toBeLessThan(all.length)
    read.push(...found)
  }
  expect(read).toEqual(all)
})

it('tells a reader that retention overtook', async () => {
  const bounds = { ...log.bounds() }
  const kept = { ...log, bounds: () => bounds }
  const parts = follow(kept, queryOf({}), leaving.signal)
  const first = parts.next()
  await log.append([named('A')])
  await first
  Object.assign(bounds, { first: 1_000 as Position })
  expect((await parts.next()).value).toEqual({ kind: 'missed' })
})

it('ends when its reader goes away, and leaves nothing behind', async () => {
  let listeners = 0
  const counted: EventLog = {
    ...log,
    onAppend(listener) {
      listeners += 1
      const stop = log.onAppend(listener)
      return () => {
        listeners -= 1
        stop()
      }
    },
  }
  const waiting = follow(counted, queryOf({}), leaving.signal).next()
  await log.append([intentFrame('i')])
  leaving.abort()
  expect((await waiting).done).toBe(true)
  expect(listeners).toBe(0)
})
