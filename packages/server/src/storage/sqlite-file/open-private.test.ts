import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPrivate } from './index.ts'

test('a database and the files beside it are for their owner alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-private-'))
  const database = openPrivate(join(folder, 'some.db'))
  try {
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a)')
    const names = await readdir(folder)
    const modes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).mode & 0o777))
    expect(names.sort()).toEqual(['some.db', 'some.db-shm', 'some.db-wal'])
    expect(new Set(modes)).toEqual(new Set([0o600]))
  } finally {
    database.close()
    await rm(folder, { recursive: true })
  }
})
