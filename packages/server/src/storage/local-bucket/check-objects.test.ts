import { mkdtemp, open, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'
import { checkObjects, createLocalBucketStore } from './index.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cairn-check-'))
  await using store = await createLocalBucketStore({ directory, clock: systemClock, ids: systemIds })
  await store.createBucket('audit')
  for (const key of ['a/b.json', 'empty', 'c']) {
    const body = (async function* () {
      if (key !== 'empty') yield Buffer.from(`body of ${key}`)
    })()
    await store.put({ bucket: 'audit', key, headers: {}, body, keepsVersions: true })
  }
  await store.hide({ bucket: 'audit', key: 'c', keepsVersions: true })
})
afterEach(() => rm(directory, { recursive: true }))

const check = () => Array.fromAsync(checkObjects(directory, new AbortController().signal))

async function flipByte(path: string, at: number): Promise<void> {
  await using file = await open(path, 'r+')
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, at)
  await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at)
}

test('a store as it was written has nothing to report', async () => {
  expect(await check()).toEqual([])
})

test('each flipped bit of a body or a head is found, and nothing else is', async () => {
  await flipByte(join(directory, 'buckets/audit/a/b.json@'), 3)
  const [older = ''] = (await readdir(join(directory, 'buckets/audit'))).filter((name) => name.startsWith('c@v'))
  await flipByte(join(directory, 'buckets/audit', older), 'body of c'.length + 5)
  expect(await check()).toEqual([
    'buckets/audit/a/b.json@: body does not match its checksum',
    expect.stringMatching(/^buckets\/audit\/c@v[0-9a-f]{14}: .*checksum of the head/i),
  ])
})

test('a damaged format is found, and a start says so instead of failing on it', async () => {
  const path = join(directory, 'format.json')
  for (let at = 0; at < 38; at += 1) {
    await flipByte(path, at)
    expect(await check(), `byte ${at}`).toHaveLength(1)
    await flipByte(path, at)
  }
  await flipByte(path, 0)
  const open = createLocalBucketStore({ directory, clock: systemClock, ids: systemIds })
  await expect(open).rejects.toMatchObject({ code: 'object.damaged' })
})
