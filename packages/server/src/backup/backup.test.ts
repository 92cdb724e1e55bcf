import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BackupSource, backUp, folderBytes, restoreBackup } from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cairn-backup-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Parts that note when they are copied. */
async function source(order: string[] = []): Promise<BackupSource> {
  const buckets = join(folder, 'data/buckets')
  await mkdir(join(buckets, 'buckets/audit'), { recursive: true })
  await mkdir(join(buckets, 'tmp'))
  await writeFile(join(buckets, 'buckets/audit/key@'), 'object')
  await writeFile(join(buckets, 'tmp/upload'), 'half')
  const keyFile = join(folder, 'data/vault.key')
  await writeFile(keyFile, 'key')
  return {
    catalog: {
      async snapshot(path, beforeChanges) {
        order.push('catalogue')
        await writeFile(path, 'catalogue')
        await beforeChanges()
        order.push('changes go on')
      },
    },
    log: {
      async snapshot(target) {
        order.push('log')
        await mkdir(target)
        await writeFile(join(target, 'segment'), 'frames')
      },
    },
    deliveryPlan: {
      async snapshot(path) {
        order.push('delivery plan')
        await writeFile(path, 'plan')
      },
    },
    lake: {
      async freeze() {
        order.push('lake')
        const frozen = join(folder, 'frozen')
        await mkdir(join(frozen, 'store'), { recursive: true })
        await writeFile(join(frozen, 'store/manifest'), 'tables')
        return { folder: frozen, [Symbol.asyncDispose]: () => rm(frozen, { recursive: true }) }
      },
    },
    buckets,
    keyFile,
    nowMs: () => Date.UTC(2026, 0, 2),
  }
}

describe('a backup', () => {
  test('copies delivery plan, tables and log after the catalogue and before its next change, what points at the log first', async () => {
    const order: string[] = []
    const backup = await backUp(await source(order), join(folder, 'saved'))
    expect(order).toEqual(['catalogue', 'delivery plan', 'lake', 'log', 'changes go on'])
    expect(backup).toMatchObject({ takenAt: '2026-01-02T00:00:00.000Z', objects: 1, objectBytes: 6, holdsKey: true })
  })

  test('holds everything but unfinished uploads, and its key only for its owner', async () => {
    const saved = join(folder, 'saved')
    await backUp(await source(), saved)
    const files = (await readdir(saved, { recursive: true })).sort()
    expect(files).toContain(join('buckets', 'buckets', 'audit', 'key@'))
    expect(files.filter((name) => name.includes('upload'))).toEqual([])
    expect((await stat(join(saved, 'vault.key'))).mode & 0o777).toBe(0o600)
  })

  test('without its last file is none', async () => {
    const saved = join(folder, 'saved')
    const broken = { ...(await source()), buckets: join(folder, 'data/vault.key/not-a-folder') }
    await expect(backUp(broken, saved)).rejects.toThrow()
    const restored = restoreBackup(saved, join(folder, 'new'))
    await expect(restored).rejects.toMatchObject({ code: 'backup.not-a-backup' })
  })

  test('that finds no room says so', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    const failing = { ...(await source()), log: { snapshot: () => Promise.reject(full) } }
    await expect(backUp(failing, join(folder, 'saved'))).rejects.toMatchObject({
      code: 'backup.not-written',
      message: 'the copy could not be written (Error: ENOSPC: no space left on device, write)',
    })
    expect(await readdir(join(folder, 'saved'))).not.toContain('cairn-backup.json')
  })

  test('is never mixed with what is there already', async () => {
    const again = backUp(await source(), join(folder, 'data'))
    await expect(again).rejects.toMatchObject({ code: 'backup.folder-not-empty' })
  })
})

describe('restoring', () => {
  test('gives back every byte, and nothing about the backup', async () => {
    await backUp(await source(), join(folder, 'saved'))
    const restored = join(folder, 'new')
    expect(await restoreBackup(join(folder, 'saved'), restored)).toMatchObject({ holdsKey: true })
    expect((await readdir(restored)).sort()).toEqual([
      'buckets',
      'catalog.db',
      'delivery.db',
      'lake',
      'log',
      'vault.key',
    ])
    expect(await readFile(join(restored, 'buckets/buckets/audit/key@'), 'utf8')).toBe('object')
    expect(await readFile(join(restored, 'lake/store/manifest'), 'utf8')).toBe('tables')
    expect(await readdir(folder)).not.toContain('frozen')
    expect(await folderBytes(join(restored, 'buckets'))).toBe(6)
  })

  test('overwrites nothing, and refuses what a newer version made', async () => {
    const saved = join(folder, 'saved')
    await backUp(await source(), saved)
    const onto = restoreBackup(saved, join(folder, 'data'))
    await expect(onto).rejects.toMatchObject({ code: 'backup.target-not-empty' })
    await writeFile(join(saved, 'manifest'), '{"format":2}')
    await rename(join(saved, 'manifest'), join(saved, 'cairn-backup.json'))
    const newer = restoreBackup(saved, join(folder, 'new'))
    await expect(newer).rejects.toMatchObject({ code: 'backup.newer-format' })
  })
})
