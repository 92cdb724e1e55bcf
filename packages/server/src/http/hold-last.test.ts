import { expect, test } from 'vitest'
import { holdLast } from './hold-last.ts'

async function* chunks(...texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text)
}
async function read(body: AsyncIterable<Uint8Array>, into: string[]): Promise<void> {
  for await (const chunk of body) into.push(Buffer.from(chunk).toString())
}

test('the last chunk waits until the record is written, and the record knows all bytes', async () => {
  const order: string[] = []
  await read(
    holdLast(chunks('ab', 'c', 'def'), async (bytesOut) => {
      order.push(`record of ${bytesOut}`)
    }),
    order,
  )
  expect(order).toEqual(['ab', 'c', 'record of 6', 'def'])
})

test('a record that cannot be written breaks the answer off before its end', async () => {
  const received: string[] = []
  const body = holdLast(chunks('ab', 'c'), () => Promise.reject(new TypeError('no room')))
  await expect(read(body, received)).rejects.toThrow('no room')
  expect(received).toEqual(['ab'])
})

test('a reader who leaves has a record of what he was given', async () => {
  const records: number[] = []
  const body = holdLast(chunks('ab', 'cd', 'ef', 'gh'), async (bytesOut) => void records.push(bytesOut))
  let taken = 0
  for await (const _ of body) {
    taken += 1
    if (taken === 2) break
  }
  expect(records).toEqual([4])
})

test('a source that fails has a record, and fails the reader too', async () => {
  const records: number[] = []
  async function* failing() {
    yield Buffer.from('ab')
    yield Buffer.from('cd')
    throw new TypeError('damaged')
  }
  const body = holdLast(failing(), async (bytesOut) => void records.push(bytesOut))
  await expect(read(body, [])).rejects.toThrow('damaged')
  expect(records).toEqual([2])
})

test('an answer without a byte has its record', async () => {
  const records: number[] = []
  await read(
    holdLast(chunks(), async (bytesOut) => void records.push(bytesOut)),
    [],
  )
  expect(records).toEqual([0])
})
