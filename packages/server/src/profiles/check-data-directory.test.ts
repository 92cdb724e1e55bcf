import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { defineCollection } from '../ports/catalog.ts'
import { systemClock } from '../storage/system/clock.ts'
import { createTelemetry } from '../telemetry/index.ts'
import { checkDataDirectory } from './check-data-directory.ts'
import { openEmbeddedStorage } from './embedded.ts'

let folder: string
let dataDir: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cairn-check-'))
  const used = join(folder, 'used')
  await using storage = await openEmbeddedStorage({
    dataDir: used,
    keyFile: join(used, 'vault.key'),
    clock: systemClock,
    telemetry: createTelemetry({ level: 'silent' }),
    onFailed: () => undefined,
  })
  const { catalog, vault } = storage
  const sealed = vault.seal(Buffer.from('secret'), 'some use')
  await catalog.change({ intentId: undefined }, (draft) => draft.put(defineCollection('thing'), 'a', { sealed }))
  for (let count = 0; count < 3; count += 1) await storage.log.append([eventFrame()])
  await storage.deliveryPlan.route({ next: storage.log.bounds().end, selected: [] })
})
afterAll(() => rm(folder, { recursive: true }))

let copies = 0
beforeEach(async () => {
  dataDir = join(folder, `${++copies}`)
  await cp(join(folder, 'used'), dataDir, { recursive: true })
})

const check = () => Array.fromAsync(checkDataDirectory({ dataDir }, new AbortController().signal))

async function contents(): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path, 'hex')] as const)))
}

describe('checking a directory that no process has open', () => {
  test('finds nothing in what is whole, and changes nothing', async () => {
    const before = await contents()
    expect(await check()).toEqual([])
    expect(await contents()).toEqual(before)
  })

  test('finds a missing catalogue, and begins none', async () => {
    await rm(join(dataDir, 'catalog.db'))
    expect(await check()).toEqual([
      { part: 'catalog', problem: 'the catalogue is missing (installation.catalogue-missing)' },
    ])
    expect(await readdir(dataDir)).not.toContain('catalog.db')
  })

  test('finds a missing log', async () => {
    await rm(join(dataDir, 'log'), { recursive: true })
    expect(await check()).toEqual([{ part: 'log', problem: 'the event log is missing (installation.log-missing)' }])
  })

  test('finds a log that ends before what delivery has read', async () => {
    const [name = ''] = (await readdir(join(dataDir, 'log'))).filter((file) => file.endsWith('.seg'))
    const file = join(dataDir, 'log', name)
    await truncate(file, (await readFile(file)).length - 1)
    expect(await check()).toEqual([
      { part: 'log', problem: 'it ends at 2, and delivery has read to 3 (installation.log-cut-short)' },
    ])
  })

  test('finds a key file that is another installation’s', async () => {
    const keyFile = join(dataDir, 'vault.key')
    await writeFile(keyFile, (await readFile(keyFile, 'utf8')).replace(/k-[0-9a-f]{12}/, 'k-0123456789ab'))
    const [found, ...others] = await check()
    expect(found).toMatchObject({ part: 'key', problem: expect.stringMatching(/^secrets .* k-[0-9a-f]{12}, which/) })
    expect(others).toEqual([])
  })

  test('does not judge what a newer version wrote', async () => {
    await writeFile(join(dataDir, 'buckets/format.json'), '{"format":"cairn-objects","version":99}')
    await expect(check()).rejects.toMatchObject({ code: 'object.format-newer' })
    const path = join(dataDir, 'catalog.db')
    const catalog = new DatabaseSync(path)
    catalog.exec('PRAGMA user_version = 99')
    catalog.close()
    await expect(check()).rejects.toMatchObject({ code: 'catalog.newer-format', fields: { path } })
  })
})
