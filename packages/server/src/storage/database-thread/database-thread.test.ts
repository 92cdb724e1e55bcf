import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { marksOf } from '@cairn/testkit/contracts/mark-set'
import { afterAll, expect, it } from 'vitest'
import { Fault } from '../../fault.ts'
import { createDatabaseThread } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'cairn-databases-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Marks {
  has(marks: Uint8Array): Uint8Array
  add(marks: Uint8Array): void
}

const failed = (reason: string) => new Fault('import.marks-failed', 'marks cannot be kept', { reason })

it('keeps databases apart, and each open until its own connection closes', async () => {
  const thread = createDatabaseThread()
  const [one, other] = ['one', 'other'].map((name) => thread.connect<Marks>('marks', join(folder, name), failed))
  await one?.call('add', marksOf('a'))
  expect([...((await other?.call('has', marksOf('a'))) ?? [])]).toEqual([0])
  await other?.close()
  expect([...((await one?.call('has', marksOf('a'))) ?? [])]).toEqual([1])
  await one?.close()
  await expect(one?.call('has', marksOf('a'))).rejects.toMatchObject({ fields: { reason: 'it is closed' } })
})

it('begins again after its last connection closed', async () => {
  const thread = createDatabaseThread()
  for (const expected of [0, 1]) {
    const marks = thread.connect<Marks>('marks', join(folder, 'again'), failed)
    expect([...(await marks.call('has', marksOf('a')))]).toEqual([expected])
    await marks.call('add', marksOf('a'))
    await marks.close()
  }
})

it('passes faults on as they are, and makes one of anything else', async () => {
  const thread = createDatabaseThread()
  const marks = thread.connect<Marks>('marks', join(folder, 'missing', 'folder'), failed)
  await expect(marks.call('has', marksOf('a'))).rejects.toMatchObject({
    code: 'import.marks-failed',
    fields: { reason: expect.stringContaining('ENOENT') },
  })
  await marks.close()
  writeFileSync(join(folder, 'text'), 'no database, but long enough to be looked at. '.repeat(100))
  const catalog = thread.connect<{ read(): unknown }>('catalog', join(folder, 'text'), failed)
  await expect(catalog.call('read')).rejects.toMatchObject({ code: 'catalog.unreadable' })
  await catalog.close()
})
