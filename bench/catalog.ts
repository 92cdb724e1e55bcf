/**
 * The catalogue: durable changes a second beside the disk's own limit (append 200 bytes, fdatasync, one after the
 * other), by turns in the same run, and what reading and copying a document costs.
 *
 * Usage: node bench/catalog.ts [directory] [seconds]
 */
import fs from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { type Catalog, defineCollection } from '@cairn/server/ports/catalog'
import { openSqliteCatalog } from '@cairn/server/storage/sqlite-catalog'

const trails = defineCollection<{ readonly name: string }>('bench-trail')
const _noCause = { intentId: undefined }
// By turns, so that a neighbour on the disk slows both.
const rounds = 4
const document = {
  arn: 'arn:aws:cloudtrail:eu-west-1:123456789012:trail/main',
  name: 'main',
  account: '123456789012',
  bucket: 'audit',
  isMultiRegion: true,
  tags: [{ key: 'team', value: 'audit' }],
}

/** Plain syncs a second: what one writer who waits for each of its changes can get at best. */
function syncsPerSecond(file: number, seconds: number): number {
  const bytes = Buffer.alloc(200, 'x')
  const untilMs = performance.now() + seconds * 1000
  let syncs = 0
  while (performance.now() < untilMs) {
    fs.writeSync(file, bytes)
    fs.fdatasyncSync(file)
    syncs += 1
  }
  return syncs / seconds
}

async function changesPerSecond(catalog: Catalog, writers: number, seconds: number): Promise<number> {
  const untilMs = performance.now() + seconds * 1000
  let changes = 0
  const writer = async (_: unknown, index: number) => {
    while (performance.now() < untilMs) {
      const cause = { intentId: `${index}-${changes}` }
      await catalog.change(cause, (draft) => draft.put(trails, `k${index}`, document))
      await catalog.forgetIntents([cause.intentId])
      changes += 1
    }
  }
  await Promise.all(Array.from({ length: writers }, writer))
  return changes / seconds
}

function microseconds(times: number, work: () => unknown): number {
  const began = performance.now()
  for (let index = 0; index < times; index += 1) work()
  return ((performance.now() - began) * 1000) / times
}

function freezeDeeply<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) freezeDeeply(member)
  return Object.freeze(value)
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const directory = await mkdtemp(path.join(process.argv[2] ?? '.', 'bench-catalog-'))
const seconds = Number(process.argv[3] ?? 8) / rounds / 3
try {
  await using catalog = await openSqliteCatalog({ path: path.join(directory, 'catalog.db') })
  const file = fs.openSync(path.join(directory, 'plain'), 'a')
  const plain: number[] = []
  const alone: number[] = []
  const many: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    plain.push(syncsPerSecond(file, seconds))
    alone.push(await changesPerSecond(catalog, 1, seconds))
    many.push(await changesPerSecond(catalog, 64, seconds))
    await catalog.release(catalog.version)
  }
  const limit = median(plain)
  const row = (name: string, value: number) =>
    console.log(`${name.padEnd(34)} ${value.toFixed(0).padStart(8)}/s  ${(value / limit).toFixed(2)} x plain syncs`)
  row('plain append + fdatasync', limit)
  row('changes, 1 writer', median(alone))
  row('changes, 64 writers', median(many))
  const cost = (name: string, value: number) => console.log(`${name.padEnd(34)} ${value.toFixed(2).padStart(8)} us`)
  cost(
    'get',
    microseconds(1_000_000, () => catalog.get(trails, 'k0')),
  )
  cost(
    'at(version).get',
    microseconds(1_000_000, () => catalog.at(catalog.version)?.get(trails, 'k0')),
  )
  cost(
    'copy: JSON and freeze',
    microseconds(100_000, () => freezeDeeply(JSON.parse(JSON.stringify(document)))),
  )
  cost(
    'copy: structuredClone and freeze',
    microseconds(100_000, () => freezeDeeply(structuredClone(document))),
  )
  cost(
    'copy: JSON text alone',
    microseconds(100_000, () => JSON.stringify(document)),
  )
  fs.closeSync(file)
} finally {
  await rm(directory, { recursive: true })
}
