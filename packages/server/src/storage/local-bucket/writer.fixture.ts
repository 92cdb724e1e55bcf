import { randomBytes, randomUUID } from 'node:crypto'
import { createLocalBucketStore } from './local-bucket.ts'

// Writes until it is killed, and says what was acknowledged: "put <key>" or "version <key> <versionId>", one a line.
const [directory = ''] = process.argv.slice(2)
const store = await createLocalBucketStore({
  directory,
  // Stands still, over restarts too: the order of versions must not hang on the clock.
  clock: { nowMs: () => 1_700_000_000_000 },
  ids: { uuid: randomUUID, bytes: (count) => randomBytes(count) },
})
await store.createBucket('audit')

/** A body that tells by itself whether it is whole. */
async function* body(text: string, chunks: number) {
  for (let index = 0; index < chunks; index += 1) yield Buffer.from(text)
}

async function write(lane: number): Promise<never> {
  for (let round = 0; ; round += 1) {
    const key = `lane ${lane}/${round % 5}/${round}`
    await store.put({ bucket: 'audit', key, headers: { chunks: `${lane}` }, body: body(`${key}\n`, lane) })
    process.stdout.write(`put ${key}\n`)
    const put = { bucket: 'audit', key: `versions ${lane}`, headers: { chunks: `${lane}` }, keepsVersions: true }
    const { versionId } = await store.put({ ...put, body: body(`${put.key}\n`, lane) })
    process.stdout.write(`version ${put.key} ${versionId}\n`)
  }
}

await Promise.all([1, 20, 30_000].map(write))
