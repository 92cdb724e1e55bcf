/**
 * The local bucket against the disk under it, by turns in the same run: puts of 8 KB objects beside the plain steps no
 * durable put can do without (write, fsync, rename, fsync of the directory), and pages of a flat folder beside
 * `readdir` and a sort.
 *
 * Usage: node bench/object-store.ts [directory] [keys]
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createLocalBucketStore } from '@cairn/server/storage/local-bucket'

const [parent = tmpdir(), keysText = '20000'] = process.argv.slice(2)
const keys = Number(keysText)
const bodyBytes = 8 * 1024
const rounds = 6
const putsPerRound = 40
const writers = 4
const body = randomBytes(bodyBytes)

const directory = await mkdtemp(join(parent, 'cairn-bench-objects-'))
const store = await createLocalBucketStore({
  directory: join(directory, 'store'),
  clock: { nowMs: () => 1_700_000_000_000 },
  ids: { uuid: randomUUID, bytes: (count) => randomBytes(count) },
})
await store.createBucket('bench')
const plain = join(directory, 'plain')
await mkdir(plain)

async function putPlainly(name: string): Promise<void> {
  const draft = join(directory, `draft-${name}`)
  const file = await open(draft, 'wx')
  await file.write(body)
  await file.sync()
  await file.close()
  await rename(draft, join(plain, name))
  const handle = await open(plain, 'r')
  await handle.sync()
  await handle.close()
}

async function put(name: string): Promise<void> {
  const stream = async function* () {
    yield body
  }
  await store.put({ bucket: 'bench', key: `AWSLogs/${name}`, headers: {}, body: stream() })
}

/** Milliseconds that `writers` at a time take for one round. */
async function round(write: (name: string) => Promise<void>, prefix: string): Promise<number> {
  const began = performance.now()
  const lane = async (number: number) => {
    for (let n = 0; n < putsPerRound / writers; n += 1) await write(`${prefix}-${number}-${n}`)
  }
  await Promise.all(Array.from({ length: writers }, (_, number) => lane(number)))
  return performance.now() - began
}

const spent = { plain: 0, store: 0 }
for (let n = 0; n < rounds; n += 1) {
  spent.plain += await round(putPlainly, `${n}`)
  spent.store += await round(put, `${n}`)
}
const perSecond = (ms: number) => Math.round((rounds * putsPerRound * 1000) / ms)
console.log(
  `puts of 8 KB, ${writers} writers: store ${perSecond(spent.store)}/s, plain steps ${perSecond(spent.plain)}/s`,
)
console.log(`ratio ${(spent.plain / spent.store).toFixed(2)}`)

// Files are made without syncing: what is measured is how they are listed.
const flat = join(directory, 'store', 'buckets', 'bench', 'flat')
await store.put({ bucket: 'bench', key: 'flat/model', headers: {}, body: (async function* () {})() })
const model = await open(join(flat, 'model@'), 'r')
const tail = await model.readFile()
await model.close()
for (let n = 0; n < keys; n += 1) {
  const file = await open(join(flat, `${n.toString(36).padStart(8, '0')}@`), 'w')
  await file.write(tail)
  await file.close()
}
const loop = monitorEventLoopDelay({ resolution: 1 })
loop.enable()
let began = performance.now()
let pages = 0
let listed = 0
const waits: number[] = []
for (let startAfter: string | undefined = ''; startAfter !== undefined; ) {
  const before = performance.now()
  const page: Awaited<ReturnType<typeof store.list>> = await store.list({
    bucket: 'bench',
    prefix: 'flat/',
    startAfter,
    limit: 1000,
  })
  waits.push(performance.now() - before)
  pages += 1
  listed += page.objects.length
  startAfter = page.next
}
const listMs = performance.now() - began
loop.disable()
began = performance.now()
const names = (await readdir(flat)).sort()
const limitMs = performance.now() - began
console.log(
  `list of ${keys} keys: ${pages} pages, ${Math.round((listed * 1000) / listMs)} keys/s, first page ${Math.round(waits[0] ?? 0)} ms, median ${Math.round(waits.sort((a, b) => a - b)[waits.length >> 1] ?? 0)} ms`,
)
console.log(
  `loop delay while listing: ${(loop.max / 1e6).toFixed(1)} ms at most; readdir and sort of ${names.length} names: ${Math.round(limitMs)} ms`,
)
await rm(directory, { recursive: true })
