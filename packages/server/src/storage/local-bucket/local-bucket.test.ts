import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { awkwardKeys, bytes, registerObjectStoreContract } from '@cairn/testkit/contracts/object-store'
import { registerVersionedObjectStoreContract } from '@cairn/testkit/contracts/versioned-object-store'
import { afterAll, describe, expect, it } from 'vitest'
import { createLocalBucketStore } from './local-bucket.ts'

const directories: string[] = []
async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'cairn-objects-'))
  directories.push(directory)
  return directory
}
afterAll(async () => {
  for (const directory of directories) await rm(directory, { recursive: true })
})

const clock = { nowMs: () => 1_700_000_000_000 }
const ids = { uuid: randomUUID, bytes: (count: number) => randomBytes(count) }
const open = (directory: string) => createLocalBucketStore({ directory, clock, ids })
const create = async () => open(await newDirectory())

registerObjectStoreContract('local bucket', create)
registerVersionedObjectStoreContract('local bucket', create)

describe('local bucket', () => {
  it('keeps every file of awkward keys below the bucket and leaves no temporary file', async () => {
    const parent = await newDirectory()
    const store = await open(join(parent, 'objects'))
    await store.createBucket('audit')
    for (const key of awkwardKeys) await store.put({ bucket: 'audit', key, headers: {}, body: bytes(key) })
    expect(await readdir(parent)).toEqual(['objects'])
    expect((await readdir(join(parent, 'objects'))).sort()).toEqual(['buckets', 'format.json', 'tmp'])
    expect(await readdir(join(parent, 'objects', 'buckets'))).toEqual(['audit'])
    expect(await readdir(join(parent, 'objects', 'tmp'))).toEqual([])
  })

  it.each(['..', '../audit', 'a/b', 'UPPER', 'a..b', ''])('refuses the bucket name %j', async (bucket) => {
    const store = await create()
    await expect(store.createBucket(bucket)).rejects.toMatchObject({ code: 'object.bucket-name' })
    await expect(store.head(bucket, 'key')).rejects.toMatchObject({ code: 'object.bucket-name' })
  })

  it('finds its objects again after a restart and sweeps what was half written', async () => {
    const directory = await newDirectory()
    const before = await open(directory)
    await before.createBucket('audit')
    const written = await before.put({ bucket: 'audit', key: 'a/b', headers: {}, body: bytes('text') })
    await writeFile(join(directory, 'tmp', 'half'), 'half')
    const after = await open(directory)
    expect(await after.head('audit', 'a/b')).toEqual(written)
    expect(await readdir(join(directory, 'tmp'))).toEqual([])
  })

  it('refuses objects that a newer version wrote', async () => {
    const directory = await newDirectory()
    await open(directory)
    await writeFile(join(directory, 'format.json'), '{"format":"cairn-objects","version":2}')
    await expect(open(directory)).rejects.toMatchObject({ code: 'object.format-newer' })
  })

  it('says that an object file is damaged instead of serving it', async () => {
    const directory = await newDirectory()
    const store = await open(directory)
    await store.createBucket('audit')
    await store.put({ bucket: 'audit', key: 'key', headers: {}, body: bytes('text') })
    await writeFile(join(directory, 'buckets', 'audit', 'key@'), 'text and no footer, or half of one')
    await expect(store.head('audit', 'key')).rejects.toMatchObject({ code: 'object.damaged' })
  })
})
