import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createNodeDisk } from './node-disk.ts'

describe('a closed file', () => {
  const disk = createNodeDisk()
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cairn-disk-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function fileOf(name: string, content: Buffer) {
    const file = await disk.open(join(folder, name), 'create')
    await file.write(content, 0)
    return file
  }

  test('is read to the end by those who had begun', async () => {
    const content = Buffer.alloc(16 << 20, 'a')
    const file = await fileOf('long', content)
    let read = 0
    const readers = Array.from({ length: 3 }, async () => {
      const into = Buffer.alloc(content.length)
      await file.read(into, 0)
      if (into.equals(content)) read += 1
    })
    await file.close()
    expect(read).toBe(3)
    await Promise.all(readers)
  })

  test('is nobody else: another that was opened since is neither read nor written through it', async () => {
    const closed = await fileOf('a', Buffer.from('first'))
    await closed.close()
    const other = await fileOf('b', Buffer.from('other'))
    const into = Buffer.alloc(5)
    await expect(closed.read(into, 0)).rejects.toMatchObject({ code: 'EBADF' })
    await expect(closed.write(Buffer.from('wrong'), 0)).rejects.toMatchObject({ code: 'EBADF' })
    await expect(closed.truncate(0)).rejects.toMatchObject({ code: 'EBADF' })
    await closed.close()
    await other.read(into, 0)
    expect(into.toString()).toBe('other')
    await other.close()
  })
})
