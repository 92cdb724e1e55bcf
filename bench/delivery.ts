/**
 * Delivery: events of a durable log to log files in a local bucket, against the limit of only compressing the same
 * contents at level 6 on the thread pool, in the same run; and what 1, 10 and 100 trails on one stream cost, each of
 * which selects the objects of one ninth of the buckets.
 *
 * Usage: node bench/delivery.ts [--events 120000] [--trails 1,10,100] [--sealed]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs, promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { assembleLogFile } from '@cairn/core/log-file'
import { recordFrames } from '@cairn/testkit/fakes/records'
import type { Trail } from '../packages/server/src/trails/index.ts'
import { account, append, makeTrail, openDelivery, openLog, region } from './worlds/delivery-world.ts'

const { values: flags } = parseArgs({
  options: { events: { type: 'string' }, trails: { type: 'string' }, sealed: { type: 'boolean' } },
})
const eventCount = Number(flags.events ?? 120_000)
/** The median of them counts. */
const rounds = 3
const trailCounts = (flags.trails ?? '1,10,100').split(',').filter(Boolean).map(Number)

/** Takes the objects of one ninth of the buckets. */
const objectsOf = (thing: string) =>
  ({
    kind: 'advanced',
    shown: [
      {
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
          { Field: 'resources.ARN', StartsWith: [`arn:aws:s3:::${thing}`] },
        ],
      },
    ],
  }) as unknown as Trail['selectors']

/** Milliseconds to compress all contents, as many at once as there are cores. */
async function limitMs(contents: readonly Uint8Array[]): Promise<number> {
  const compress = promisify(gzip)
  const queue = [...contents]
  const began = performance.now()
  const worker = async () => {
    for (let content = queue.pop(); content; content = queue.pop()) await compress(content, { level: 6 })
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  return performance.now() - began
}

interface Measured {
  readonly tookMs: number
  readonly delivered: number
  readonly loopDelayMs: number
  readonly rssMb: number
}

async function measure(folder: string, trails: readonly Trail[], records: Records): Promise<Measured> {
  // What was not read yet is in a segment that grows, as what just came in is; or in sealed ones, as a backlog is.
  await using log = await openLog(folder, flags.sealed ? {} : { segmentBytesMax: 2 ** 30 })
  for (let at = 0; at < records.count; at += 1000) await append(log, records.slice(at, at + 1000))
  await log.sealed()
  await using world = await openDelivery(folder, log, trails)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const [usedBefore, threadBefore] = [process.cpuUsage(), process.threadCpuUsage()]
  const began = performance.now()
  await world.route()
  const routedMs = performance.now() - began
  await world.delivery.flush()
  const tookMs = performance.now() - began
  const [used, thread] = [process.cpuUsage(usedBefore), process.threadCpuUsage(threadBefore)]
  const delivered = world.delivered()
  const per = ({ user, system }: { readonly user: number; readonly system: number }) =>
    `${((user + system) / delivered).toFixed(1)} µs (${(system / delivered).toFixed(1)} in the kernel)`
  console.log(`    routed after ${routedMs.toFixed(0)} ms`)
  console.log(`    processor for an event: ${per(used)}, of it on the main thread ${per(thread)}`)
  return { tookMs, delivered, loopDelayMs: delay.max / 1e6, rssMb: process.memoryUsage().rss / 2 ** 20 }
}

/** Records in one piece: as objects of their own they would be the collector's greatest worry, and not delivery's. */
interface Records {
  readonly count: number
  slice(from: number, to: number): readonly Uint8Array[]
}

function makeRecords(category: 'Management' | 'Data', count: number): Records {
  const source = recordFrames({
    seed: 1,
    startMs: Date.parse('2025-03-01T00:00:00Z'),
    accounts: [account],
    regions: [region],
    variety: 2_000,
  })
  const all = new Uint8Array(count * 2_048)
  const ends = new Float64Array(count + 1)
  let taken = 0
  for (const { bytes } of source) {
    if (taken >= count) break
    const isManagement = Buffer.from(bytes).includes('"managementEvent":true')
    if (isManagement !== (category === 'Management')) continue
    const end = ends[taken] ?? 0
    all.set(bytes, end)
    ends[++taken] = end + bytes.length
  }
  const at = (index: number) => all.slice(ends[index], ends[index + 1])
  return { count, slice: (from, to) => Array.from({ length: Math.min(to, count) - from }, (_, nth) => at(from + nth)) }
}

// Management events only: the one trail takes all of them, so both sides compress the same bytes.
const records = makeRecords('Management', eventCount)
const contents: Uint8Array[] = []
for (let at = 0; at < records.count; at += 3_800) contents.push(assembleLogFile(records.slice(at, at + 3_800)))
const bytes = contents.reduce((sum, content) => sum + content.length, 0)
const show = (name: string, ms: number) =>
  console.log(
    `${name}: ${ms.toFixed(0)} ms, ${((records.count / ms) * 1000).toFixed(0)} events/s, ${(bytes / ms / 1000).toFixed(0)} MB/s`,
  )
const inFolder = async (work: (folder: string) => Promise<void>) => {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

// By turns, since what else the machine does changes from one second to the next.
const ratios: number[] = []
let before = await limitMs(contents)
show('limit: gzip level 6 on all cores', before)
for (let round = 0; round < rounds; round += 1) {
  await inFolder(async (folder) => {
    const { tookMs, delivered, loopDelayMs, rssMb } = await measure(folder, [makeTrail('all')], records)
    show(`log → files, one trail, ${delivered} events`, tookMs)
    console.log(`  main loop delayed ${loopDelayMs.toFixed(1)} ms at most; ${rssMb.toFixed(0)} MB resident`)
    const after = await limitMs(contents)
    show('limit', after)
    ratios.push(((before + after) / 2 / tookMs) * 100)
    before = after
  })
}
const [median = 0] = ratios.toSorted((left, right) => left - right).slice(rounds >> 1)
console.log(`ratio to the limit: ${median.toFixed(0)} % (${ratios.map((one) => one.toFixed(0)).join(', ')})`)
const dataRecords = makeRecords('Data', Math.ceil(eventCount / 8))
for (const count of trailCounts) {
  const trails = Array.from({ length: count }, (_, index) =>
    makeTrail(`trail-${index}`, objectsOf(`thing-${(index % 9) + 1}`)),
  )
  await inFolder(async (folder) => {
    const { tookMs, delivered } = await measure(folder, trails, dataRecords)
    const per = (tookMs * 1000) / delivered
    console.log(`${count} trails: ${tookMs.toFixed(0)} ms for ${delivered} selected, ${per.toFixed(1)} µs each`)
  })
}
