import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { contentHash, type EventKey } from '../../ports/history-index.ts'
import { contentBits, eventIdKey } from './event-id.ts'
import { createIdReader } from './id-reader.ts'
import { idRun } from './id-run.ts'
import { createIdWriter } from './id-writer.ts'
import { openReader, openWriter } from './schema.ts'

const folder = await mkdtemp(join(tmpdir(), 'cairn-ids-'))
afterAll(() => rm(folder, { recursive: true }))

const account = '111111111111'
const keyOf = (n: number): EventKey => ({ account, eventId: `id-${n}`, contentHash: contentHash(Buffer.from(`${n}`)) })

function idsOf(from: number, count: number) {
  const all = Array.from({ length: count }, (_, index) => keyOf(from + index))
  return idRun({
    keys: all.map((key) => eventIdKey(key.account, key.eventId, key.contentHash)),
    positions: all.map((_, index) => from + index),
    contents: all.map((key) => contentBits(key.contentHash)),
  })
}

it('finds every id while runs are on their way, after all are settled, and when the file is opened again', () => {
  const path = join(folder, 'ids.db')
  let database = openWriter(path)
  let writer = createIdWriter(database)
  const reading = openReader(path)
  const reader = createIdReader(reading)
  let count = 0
  const expectAll = (): void => {
    const asked = [0, 1, count - 1, ...Array.from({ length: 200 }, () => randomInt(count))]
    expect(reader.recognise(asked.map(keyOf))).toEqual(asked.map(() => 'same'))
    expect(reader.recognise([keyOf(count), { ...keyOf(1), contentHash: contentHash(Buffer.from('x')) }])).toEqual([
      'new',
      'other',
    ])
    for (const n of asked.slice(0, 20)) expect(reader.positionsOf(account, `id-${n}`)).toEqual([n])
  }
  // Runs, small batches, and enough of them that slices come round.
  for (const length of [5, 1_500, 9_000, 20, 30_000, 1_024, 60_000, 50_000, 1_023]) {
    writer.add(idsOf(count, length))
    count += length
    expectAll()
    if (length === 60_000) {
      database.close()
      database = openWriter(path)
      writer = createIdWriter(database)
    }
  }
  expect(database.prepare('SELECT count(*) AS n FROM id_runs').get()).not.toEqual({ n: 0 })
  writer.settle()
  expectAll()
  expect(database.prepare('SELECT count(*) AS n FROM id_runs').get()).toEqual({ n: 0 })
  expect(database.prepare('SELECT count(*) AS n FROM ids').get()).toEqual({ n: count })
  reading.close()
  database.close()
})
