import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerLakeFilesContract } from '@cairn/testkit/contracts/lake-files'
import { afterAll, expect, test } from 'vitest'
import type { Position } from '../../ports/event-log.ts'
import { createTemporaryLakeFiles, openLakeFiles } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'cairn-lake-files-'))
afterAll(() => rm(folder, { recursive: true }))

registerLakeFilesContract('in a data directory', () => openLakeFiles({ folder }))
registerLakeFilesContract('temporary', async () => createTemporaryLakeFiles())

test('what was handed to a thread that is gone is not taken for written', async () => {
  const [gone, now] = [createTemporaryLakeFiles(), createTemporaryLakeFiles()]
  const prepared = await gone.prepare({ events: [], next: 1 as Position })
  await gone[Symbol.asyncDispose]()
  await expect(now.write(prepared)).rejects.toMatchObject({ code: 'lake.files-failed' })
  await now[Symbol.asyncDispose]()
})

test('folders of days that have no file any more go at the start', async () => {
  const lake = join(folder, 'with-days')
  for (const day of ['2026-01-01', '2026-01-02']) await mkdir(join(lake, 'store', `day=${day}`), { recursive: true })
  await writeFile(join(lake, 'store', 'day=2026-01-02', 'part-00000001.parquet'), '')
  await using _files = await openLakeFiles({ folder: lake })
  expect(await readdir(join(lake, 'store'))).toEqual(['day=2026-01-02'])
})
