import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { sideBySide } from './side-by-side.ts'

let open = 0
let openMost = 0
const ended: number[] = []

async function* source(id: number, items: number, failsAt = -1): AsyncGenerator<string> {
  open += 1
  openMost = Math.max(openMost, open)
  try {
    for (let item = 0; item < items; item += 1) {
      await nextTurn()
      if (item === failsAt) throw new RangeError(`source ${id}`)
      yield `${id}.${item}`
    }
  } finally {
    open -= 1
    ended.push(id)
  }
}

async function* sources(...all: readonly AsyncGenerator<string>[]) {
  yield* all
}

it('gives everything of every source, each in its order, no more than so many at a time', async () => {
  openMost = 0
  const all = sources(...Array.from({ length: 10 }, (_, id) => source(id, id)))
  const items = await Array.fromAsync(sideBySide(all, 3))
  expect(items.toSorted()).toEqual(
    Array.from({ length: 10 }, (_, id) => Array.from({ length: id }, (_, item) => `${id}.${item}`)).flat(),
  )
  expect(items.filter((item) => item.startsWith('9.'))).toEqual(Array.from({ length: 9 }, (_, item) => `9.${item}`))
  expect(openMost).toBe(3)
})

it('stops the others when one fails, and when its reader leaves', async () => {
  ended.length = 0
  const failing = sideBySide(sources(source(1, 100), source(2, 100, 3)), 2)
  await expect(Array.fromAsync(failing)).rejects.toThrow('source 2')
  for await (const _ of sideBySide(sources(source(3, 100), source(4, 100)), 2)) break
  for (let turn = 0; turn < 5; turn += 1) await nextTurn()
  expect(ended.toSorted()).toEqual([1, 2, 3, 4])
})
