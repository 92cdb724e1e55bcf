import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { CatalogDatabase } from './catalog-database.ts'
import { openDatabase } from './schema.ts'

const directory = await mkdtemp(join(tmpdir(), 'cairn-catalog-'))
afterAll(() => rm(directory, { recursive: true }))

const change = (version: number, json: string) => ({
  version,
  intentId: `intent-${version}`,
  writes: [{ collection: 'thing', keepsHistory: true, key: `k${version}`, json }],
})

it('takes nothing of a batch that does not fit on the disk, and the next one when there is room', () => {
  const connection = openDatabase(join(directory, 'full.db'))
  const database = new CatalogDatabase(connection)
  database.commit([change(1, '1')], [])
  connection.exec('PRAGMA max_page_count = 20')
  const tooMuch = [change(2, '2'), change(3, JSON.stringify('x'.repeat(200_000)))]
  expect(() => database.commit(tooMuch, [])).toThrow(expect.objectContaining({ code: 'catalog.full' }))
  expect(database.read()).toMatchObject({ version: 1, documents: [{ key: 'k1' }], intents: [['intent-1', 1]] })
  database.commit([change(2, '2')], [])
  expect(database.read()).toMatchObject({ version: 2, documents: [{ key: 'k1' }, { key: 'k2' }] })
  database.close()
})

it('refuses a change that does not follow the last one', () => {
  const database = new CatalogDatabase(openDatabase(join(directory, 'step.db')))
  expect(() => database.commit([change(1, '1'), change(3, '3')], [])).toThrow(
    expect.objectContaining({ code: 'catalog.out-of-step' }),
  )
  expect(database.read()).toMatchObject({ version: 0, documents: [], intents: [] })
  database.close()
})
