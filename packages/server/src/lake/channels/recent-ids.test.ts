import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { eventIdOf, wordsOf } from './event-id.ts'
import { RecentIds } from './recent-ids.ts'

const ids = (count: number) => Array.from({ length: count }, () => randomUUID())

test('every id that came is known, and none that did not', () => {
  const recent = new RecentIds(20_000)
  const came = ids(9_000)
  for (const id of came) recent.add(wordsOf(id))
  for (const id of came) recent.add(wordsOf(id))
  expect(came.filter((id) => !recent.has(wordsOf(id)))).toEqual([])
  expect(ids(9_000).filter((id) => recent.has(wordsOf(id)))).toEqual([])
})

test('when there are too many, the newest half is still known and the oldest is not', () => {
  const recent = new RecentIds(1_000)
  const came = ids(2_500)
  for (const id of came) recent.add(wordsOf(id))
  const known = came.map((id) => recent.has(wordsOf(id)))
  expect(known.slice(-500)).toEqual(Array(500).fill(true))
  expect(known.slice(0, 1_500)).toEqual(Array(1_500).fill(false))
})

test('ids that differ in one word only are told apart', () => {
  const recent = new RecentIds(100)
  recent.add(wordsOf('00000000-0000-8000-8000-000000000001'))
  expect(recent.has(wordsOf('00000000-0000-8000-8000-000000000001'))).toBe(true)
  for (const other of ['00000000-0000-8000-8000-000000000002', '00000000-0000-8000-9000-000000000001']) {
    expect(recent.has(wordsOf(other))).toBe(false)
  }
})

test('the id of an event is a UUID made of its channel and its content', () => {
  const idOf = (channel: string, eventData: string) => eventIdOf(Buffer.from(`${channel}\n${eventData}`))
  const { id, words } = idOf('a', '{"UID":"1"}')
  // Of the first version that gave ids: an event that comes again after an update is the same one.
  expect(id).toBe('e1a93b97-1d62-888d-ab71-b6f46fd50b41')
  expect(words).toEqual(wordsOf(id))
  expect(words).toEqual(
    Uint32Array.from(id.replaceAll('-', '').match(/.{8}/g) ?? [], (word) => Number.parseInt(word, 16)),
  )
  expect(idOf('b', '{"UID":"1"}').id).not.toBe(id)
  expect(idOf('a', '{"UID":"2"}').id).not.toBe(id)
})
