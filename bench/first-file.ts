/**
 * From a call to its log file in the bucket, on a server that has nothing else to do: one call after another, each after
 * the file of the one before. What comes on top of the flush interval is ours.
 *
 *     node bench/first-file.ts [--flush 3] [--calls 10]
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { callCloudTrail, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { startTrail } from '../tests/logging-trail.fixture.ts'

const { values: flags } = parseArgs({ options: { flush: { type: 'string' }, calls: { type: 'string' } } })
const flushSeconds = Number(flags.flush ?? 3)
const calls = Number(flags.calls ?? 10)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

using folder = temporaryFolder()
await using cairn = await startCairn({
  dataDir: join(folder.path, 'data'),
  args: ['--delivery-flush-after', `${flushSeconds}s`],
})
using _trail = await startTrail(cairn)

/** Log files in the bucket's folder; what is being written lies beside it. */
function files(): number {
  const names = readdirSync(join(cairn.dataDir, 'buckets/buckets'), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => /_\d{8}T\d{4}Z_\w{16}\.json\.gz/.test(name)).length
}

async function fileAfter(known: number): Promise<number> {
  while (files() === known) await pause(5)
  return performance.now()
}

await fileAfter(0)
const addedMs: number[] = []
for (let nth = 0; nth < calls; nth += 1) {
  await pause(200)
  const known = files()
  const calledMs = performance.now()
  await callCloudTrail(cairn, 'ListTrails', {})
  addedMs.push((await fileAfter(known)) - calledMs - flushSeconds * 1000)
}
addedMs.sort((left, right) => left - right)
const [median = Number.NaN, most = Number.NaN] = [addedMs[addedMs.length >> 1], addedMs.at(-1)]
console.log(
  `${calls} calls, flush interval ${flushSeconds} s: a file + ${median.toFixed(0)} ms later in the median, + ${most.toFixed(0)} ms at most`,
)
