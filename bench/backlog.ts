/**
 * Memory while a backlog is delivered: a log of many events, from which a process of its own, with nothing in it but
 * delivery, the log and the plan, writes the log files. Prints its peak of memory and its speed.
 *
 * Usage: node bench/backlog.ts [--events 10000000]        4 GB of disk and some minutes
 *   in steps: node bench/backlog.ts --write FOLDER [--events N]   adds to the log in a folder
 *             node bench/backlog.ts --deliver FOLDER              started as the container starts a server
 */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { recordFrames } from '@cairn/testkit/fakes/records'
import { startEnvironment, startFlags } from '@cairn/testkit/running-cairn'
import { account, append, makeTrail, openDelivery, openLog, region } from './worlds/delivery-world.ts'

const { values: flags } = parseArgs({
  options: { events: { type: 'string' }, write: { type: 'string' }, deliver: { type: 'string' } },
})
const events = Number(flags.events ?? 10_000_000)

/** Events repeat after this many: what is measured is how many there are, not how they differ. */
const variety = 20_000

if (flags.deliver !== undefined) await deliver(flags.deliver)
else if (flags.write !== undefined) await write(flags.write)
else await bench()

async function bench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-backlog-'))
  try {
    await write(folder)
    // As the container and the unit start a server.
    const words = [...startFlags, fileURLToPath(import.meta.url), '--deliver', folder]
    const env = { ...process.env, ...startEnvironment }
    const { stdout } = await promisify(execFile)(process.execPath, words, { env })
    console.log(stdout.trimEnd())
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function write(folder: string): Promise<void> {
  const source = recordFrames({
    seed: 1,
    startMs: Date.parse('2025-03-01'),
    accounts: [account],
    regions: [region],
    variety,
  })
  const records: Uint8Array[] = []
  for (const { bytes } of source) {
    if (records.length === variety) break
    if (Buffer.from(bytes).includes('"managementEvent":true')) records.push(bytes)
  }
  const began = performance.now()
  await using log = await openLog(folder)
  for (let written = 0; written < events; written += variety) await append(log, records.slice(0, events - written))
  await log.sealed()
  console.log(`${events} events written in ${((performance.now() - began) / 1000).toFixed(0)} s`)
}

async function deliver(folder: string): Promise<void> {
  await using log = await openLog(folder)
  const idle = memory()
  const peak = { residentMb: 0, proportionalMb: 0, heapMb: 0 }
  const sampling = setInterval(() => {
    const now = memory()
    peak.proportionalMb = Math.max(peak.proportionalMb, now.proportionalMb)
    peak.heapMb = Math.max(peak.heapMb, process.memoryUsage().heapUsed / 2 ** 20)
  }, 250)
  await using world = await openDelivery(folder, log, [makeTrail('all')])
  const began = performance.now()
  await world.route()
  await world.delivery.flush()
  const seconds = (performance.now() - began) / 1000
  clearInterval(sampling)
  const { peakMb } = memory()
  const text = (mb: number) => `${mb.toFixed(0)} MB`
  console.log(
    `${world.delivered()} events delivered in ${seconds.toFixed(0)} s, ${(world.delivered() / seconds).toFixed(0)} a second`,
  )
  console.log(`before it began ${text(idle.proportionalMb)} (PSS)`)
  console.log(
    `peak ${text(peakMb)} resident, ${text(peak.proportionalMb)} PSS (every 250 ms), ${text(peak.heapMb)} heap`,
  )
}

/** Of this process; zero where the system does not tell. */
function memory(): { readonly peakMb: number; readonly proportionalMb: number } {
  const read = (path: string, name: string) => {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024
  }
  return { peakMb: read('/proc/self/status', 'VmHWM'), proportionalMb: read('/proc/self/smaps_rollup', 'Pss') }
}
