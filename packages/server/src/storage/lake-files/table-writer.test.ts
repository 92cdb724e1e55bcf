import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Position } from '@cairn/server/ports/event-log'
import type { PartFile } from '@cairn/server/ports/lake-files'
import { temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test } from 'vitest'
import { createNodeDisk } from '../disk/index.ts'
import { manifestName, readState, TableWriter } from './table-writer.ts'

test('rows that come to a table of ten years do not have its files listed anew', async () => {
  using folder = temporaryFolder()
  const disk = createNodeDisk()
  const table = await TableWriter.create(disk, folder.path, { store: 'old', kind: 'events', next: 0 as Position })
  await table.replace({ removed: [], added: Array.from({ length: 3_653 }, (_, number) => partOfDay(number)) })
  const manifest = async () => (await stat(join(folder.path, manifestName))).ino
  const before = await manifest()

  for (let next = 1; next <= 20; next += 1) {
    await table.commit({ bytes: Buffer.from('{}\n'), eventTimesMs: [undefined] }, next as Position)
  }

  expect(await manifest()).toBe(before)
  expect(await readState(disk, folder.path)).toMatchObject({ next: 20, tail: { rows: 20 } })
  await table.close()
})

function partOfDay(number: number): PartFile {
  const eventTimeMsMin = number * 86_400_000
  const day = new Date(eventTimeMsMin).toISOString().slice(0, 10)
  const file = `day=${day}/part-${String(number).padStart(8, '0')}.parquet`
  return { file, day, rows: 1, bytes: 1, sha256: 'a'.repeat(64), eventTimeMsMin, eventTimeMsMax: eventTimeMsMin }
}
