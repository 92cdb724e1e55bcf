import { expect, test } from 'vitest'
import type { Position } from '../../ports/event-log.ts'
import { RunKeys } from './run-keys.ts'

const at = (end: number): Position => end as Position

test('tells what was noted: nothing, the same, or the same key with other content', () => {
  const keys = new RunKeys(async () => {})
  expect([keys.note('a', '1'), keys.note('a', '1'), keys.note('a', '2'), keys.note('b', '1')]).toEqual([
    'new',
    'same',
    'other',
    'new',
  ])
})

test('forgets nothing that the index may not know, and waits for it when it falls behind', async () => {
  const waited: number[] = []
  let indexed: (() => void) | undefined
  const keys = new RunKeys((end) => {
    waited.push(end)
    return new Promise((resolve) => {
      indexed = resolve
    })
  })
  const fill = (from: number) => {
    for (let number = from; number < from + 50_000; number += 1) keys.note(`${number}`, 'x')
  }
  fill(0)
  await keys.appended(at(50_000))
  fill(50_000)
  let isThrough = false
  const through = keys.appended(at(100_000)).then(() => {
    isThrough = true
  })
  await Promise.resolve()
  expect(waited).toEqual([50_000])
  expect(isThrough).toBe(false)
  expect(keys.note('0', 'x')).toBe('same')
  indexed?.()
  await through
  expect(keys.note('99999', 'x')).toBe('same')
})
