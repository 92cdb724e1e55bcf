import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerLakeResultsContract } from '@cairn/testkit/contracts/lake-results'
import { afterAll, expect, it } from 'vitest'
import { createLakeResults } from './index.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-results-'))
  folders.push(folder)
  return folder
}

registerLakeResultsContract('files', async () => createLakeResults(newFolder()))

it('has everything after a restart, and leaves out what is no document', async () => {
  const folder = newFolder()
  const before = createLakeResults(folder)
  await before.save('q', { state: 'FINISHED' })
  const writer = await before.write('q')
  await writer.add(['a', null])
  await writer.finish()
  await before.save('broken', {})
  writeFileSync(join(folder, 'broken/query.json'), '{')
  const after = createLakeResults(folder)
  expect(await after.stored()).toMatchObject([{ id: 'q', document: { state: 'FINISHED' } }])
  expect(await after.read('q', 0, 10, 1e9)).toEqual([['a', null]])
})

it('says that a result is damaged, whichever byte of it is', async () => {
  const folder = newFolder()
  const results = createLakeResults(folder)
  await results.save('q', {})
  const writer = await results.write('q')
  await writer.add(['some text that does not compress away', '1'])
  await writer.finish()
  const path = join(folder, 'q/rows.zst')
  const good = readFileSync(path)
  for (const [at] of good.entries()) {
    const bad = Buffer.from(good)
    bad[at] = (bad[at] ?? 0) ^ 0x10
    writeFileSync(path, bad)
    const read = await results.read('q', 0, 10, 1e9).catch((error: { code?: string }) => error.code)
    if (typeof read !== 'string') expect(read, `byte ${at}`).toEqual([['some text that does not compress away', '1']])
    else expect(read).toBe('lake.result-damaged')
  }
})
