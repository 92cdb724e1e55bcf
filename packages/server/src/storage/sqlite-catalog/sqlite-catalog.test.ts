import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { registerCatalogContract } from '@cairn/testkit/contracts/catalog'
import { afterAll, describe, expect, it } from 'vitest'
import type { Fault } from '../../fault.ts'
import { defineCollection } from '../../ports/catalog.ts'
import { checkCatalogFile, openSqliteCatalog } from './index.ts'

const directory = await mkdtemp(join(tmpdir(), 'cairn-catalog-'))
afterAll(() => rm(directory, { recursive: true }))
let files = 0
const newPath = () => join(directory, `${++files}.db`)
const things = defineCollection<{ text: string }>('thing')
const noCause = { intentId: undefined }

registerCatalogContract('sqlite', async () => {
  const path = newPath()
  const catalog = await openSqliteCatalog({ path })
  const reopen = async () => {
    await catalog[Symbol.asyncDispose]()
    return openSqliteCatalog({ path })
  }
  return { catalog, reopen }
})

async function withThing(path: string): Promise<void> {
  await using catalog = await openSqliteCatalog({ path })
  await catalog.change(noCause, (draft) => draft.put(things, 'a', { text: 'durable' }))
}

function tamper(path: string, sql: string): void {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

describe('opening', () => {
  it('refuses a file of a newer format and leaves it as it is', async () => {
    const path = newPath()
    await withThing(path)
    tamper(path, 'PRAGMA user_version = 99')
    await expect(openSqliteCatalog({ path })).rejects.toMatchObject({
      code: 'catalog.newer-format',
      fields: { found: 99, supported: 2 },
    })
    tamper(path, 'PRAGMA user_version = 2')
    await using catalog = await openSqliteCatalog({ path })
    expect(catalog.get(things, 'a')).toEqual({ text: 'durable' })
  })

  it('refuses somebody else’s database and a file that is none', async () => {
    const foreign = newPath()
    tamper(foreign, 'CREATE TABLE other (a)')
    await expect(openSqliteCatalog({ path: foreign })).rejects.toMatchObject({ code: 'catalog.foreign-file' })
    // Also one that counts its versions.
    tamper(foreign, 'PRAGMA application_id = 7; PRAGMA user_version = 99')
    await expect(openSqliteCatalog({ path: foreign })).rejects.toMatchObject({ code: 'catalog.foreign-file' })
    const text = newPath()
    await writeFile(text, 'not a database, but long enough to be read as the header of one, surely by now, yes? yes.')
    await expect(openSqliteCatalog({ path: text })).rejects.toMatchObject({ code: 'catalog.unreadable' })
  })

  it('refuses a second opener while the first one lives', async () => {
    const path = newPath()
    await using _first = await openSqliteCatalog({ path })
    await expect(openSqliteCatalog({ path })).rejects.toMatchObject({ code: 'catalog.unreadable' })
  })
})

describe('snapshot', () => {
  it('copies what is durable while changes go on, and the copy opens as a catalogue', async () => {
    await using catalog = await openSqliteCatalog({ path: newPath() })
    await catalog.change(noCause, (draft) => draft.put(things, 'a', { text: 'before' }))
    const copy = newPath()
    const snapshot = catalog.snapshot(copy)
    await catalog.change(noCause, (draft) => draft.put(things, 'a', { text: 'after' }))
    await snapshot
    await using copied = await openSqliteCatalog({ path: copy })
    expect(copied.get(things, 'a')).toEqual({ text: 'before' })
    expect(copied.version).toBe(1)
    expect(await copied.check()).toEqual([])
  })

  it('lets no change become durable before what was to come first is done', async () => {
    await using catalog = await openSqliteCatalog({ path: newPath() })
    const order: string[] = []
    const { promise: isTaken, resolve: goOn } = Promise.withResolvers<void>()
    const snapshot = catalog.snapshot(newPath(), async () => {
      order.push('copied')
      await isTaken
      order.push('first')
    })
    const change = catalog
      .change(noCause, (draft) => draft.put(things, 'a', { text: 'held' }))
      .then(() => order.push('changed'))
    await expect(catalog.snapshot(newPath())).rejects.toMatchObject({ code: 'catalog.busy' })
    goOn()
    await Promise.all([snapshot, change])
    expect(order).toEqual(['copied', 'first', 'changed'])
  })

  it('refuses to overwrite, and keeps working after it', async () => {
    const path = newPath()
    await withThing(path)
    await using catalog = await openSqliteCatalog({ path })
    const taken = newPath()
    await writeFile(taken, 'mine')
    await expect(catalog.snapshot(taken)).rejects.toMatchObject({ code: 'catalog.snapshot-failed' })
    await catalog.change(noCause, (draft) => draft.put(things, 'b', { text: 'still' }))
    expect(catalog.version).toBe(2)
  })
})

describe('check', () => {
  it('names the documents that break a rule', async () => {
    const path = newPath()
    await withThing(path)
    tamper(path, `INSERT INTO document SELECT 'thing', 'z', 77, NULL, json, crc FROM document`)
    tamper(path, `UPDATE document SET to_version = 0 WHERE key = 'a'`)
    expect(checkCatalogFile(path)).toEqual([
      'document thing z is newer than the catalogue',
      'document thing a ends before it begins',
      'document thing z is not as it was written',
    ])
  })

  it('notices every flipped bit of a document, and a start refuses to guess what it said', async () => {
    const path = newPath()
    await withThing(path)
    const file = await readFile(path)
    const at = file.indexOf('{"text":"durable"}')
    for (let bit = 0; bit < 18 * 8; bit += 5) {
      const flipped = Buffer.from(file)
      const byte = at + (bit >> 3)
      flipped[byte] = (file[byte] ?? 0) ^ (1 << (bit & 7))
      await writeFile(path, flipped)
      expect(checkCatalogFile(path)).toEqual(['document thing a is not as it was written'])
    }
    const fault = { code: 'catalog.damaged', fields: { collection: 'thing', key: 'a' } }
    await expect(openSqliteCatalog({ path })).rejects.toMatchObject(fault)
  })
})

describe('a catalogue of format 1', () => {
  it('gets its checksums when it is opened, and keeps what it holds', async () => {
    const path = newPath()
    await withThing(path)
    tamper(path, 'ALTER TABLE document DROP COLUMN crc; PRAGMA user_version = 1')
    {
      await using catalog = await openSqliteCatalog({ path })
      expect(catalog.get(things, 'a')).toEqual({ text: 'durable' })
      await catalog.change(noCause, (draft) => draft.put(things, 'b', { text: 'new' }))
    }
    expect(checkCatalogFile(path)).toEqual([])
    await using again = await openSqliteCatalog({ path })
    expect(again.get(things, 'b')).toEqual({ text: 'new' })
  })
})

describe('disk', () => {
  it('counts the database and its write-ahead log', async () => {
    await using catalog = await openSqliteCatalog({ path: newPath() })
    const before = await catalog.diskBytes()
    await catalog.change(noCause, (draft) => draft.put(things, 'a', { text: 'x'.repeat(100_000) }))
    expect(await catalog.diskBytes()).toBeGreaterThan(before + 100_000)
  })
})

describe('failure', () => {
  it('stops accepting changes once durability is in doubt, tells it once, and still reads', async () => {
    const path = newPath()
    const failures: Fault[] = []
    await using catalog = await openSqliteCatalog({ path, onFailed: (failure) => failures.push(failure) })
    await catalog.change(noCause, (draft) => draft.put(things, 'a', { text: 'safe' }))
    // A row that the table refuses stands for any error of the database: all but a full disk are treated alike.
    const bad = { name: null as unknown as string, keepsHistory: true }
    const first = catalog.change(noCause, (draft) => draft.put(bad, 'c', 1))
    const second = catalog.change(noCause, (draft) => draft.put(things, 'd', { text: 'decided on top' }))
    await expect(first).rejects.toMatchObject({ code: 'catalog.failed' })
    await expect(second).rejects.toMatchObject({ code: 'catalog.failed' })
    const third = catalog.change(noCause, (draft) => draft.put(things, 'e', { text: 'later' }))
    await expect(third).rejects.toMatchObject({ code: 'catalog.failed' })
    expect(failures).toHaveLength(1)
    expect(catalog.get(things, 'a')).toEqual({ text: 'safe' })
    expect(catalog.get(things, 'd')).toBeUndefined()
  })
})
