/**
 * The whole server, from source, while it imports .json.gz files and answers LookupEvents on several connections: how
 * late its main loop was, how fast both went, and how much memory it took. Beside it, in the same run, the delay of a
 * process that does nothing, which is the machine's own.
 *
 *     node bench/loop-delay.ts [--events 60000] [--per-file 500] [--connections 4]
 *
 * `waited` is the share of time in which the main thread was ready and had no processor: above a few per cent the
 * machine is too busy for the delay to say anything about Cairn.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { findServer, readAccountKeys } from '@cairn/server/local-access'
import { recordFrames } from '@cairn/testkit/fakes/records'
import { watchMemory } from '@cairn/testkit/process-use'
import { callCloudTrail, startEnvironment, startFlags } from '@cairn/testkit/running-cairn'

const { values: flags } = parseArgs({
  options: { events: { type: 'string' }, 'per-file': { type: 'string' }, connections: { type: 'string' } },
})
const eventCount = Number(flags.events ?? 60_000)
const perFile = Number(flags['per-file'] ?? 500)
const connections = Number(flags.connections ?? 4)
const cairn = 'packages/cli/bin/cairn.js'
const region = 'eu-west-1'
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function makeFiles(folder: string, account: string): void {
  mkdirSync(folder)
  const startMs = Date.parse('2025-03-01T00:00:00Z')
  const source = recordFrames({ seed: 1, startMs, accounts: [account], regions: [region], variety: 2_000 })
  for (let made = 0; made < eventCount; made += perFile) {
    const records = Array.from({ length: Math.min(perFile, eventCount - made) }, () =>
      Buffer.from(source.next().value?.bytes ?? '').toString(),
    )
    // As with AWS, the names' order is that of time.
    writeFileSync(
      join(folder, `${String(made).padStart(9, '0')}.json.gz`),
      gzipSync(`{"Records":[${records.join(',')}]}`),
    )
  }
}

type Caller = Parameters<typeof callCloudTrail>[0]

async function lookUp(caller: Caller, attribute: string, value: string): Promise<number> {
  const began = performance.now()
  await callCloudTrail(caller, 'LookupEvents', {
    LookupAttributes: [{ AttributeKey: attribute, AttributeValue: value }],
  })
  return performance.now() - began
}

async function loopDelay(endpoint: string): Promise<string> {
  const text = await (await fetch(`${endpoint}/_cairn/metrics`)).text()
  const at = (quantile: string) =>
    Number(new RegExp(`cairn_loop_delay_seconds\\{quantile="${quantile}"\\} (\\S+)`).exec(text)?.[1]) * 1000
  return `p50 ${at('0.5').toFixed(1)} ms, p99 ${at('0.99').toFixed(1)} ms, max ${at('1').toFixed(1)} ms`
}

/** Milliseconds that the main thread ran, and that it waited for a processor. */
function mainThread(pid: number): { readonly ranMs: number; readonly waitedMs: number } {
  const [ran = 0, waited = 0] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ').map(Number)
  return { ranMs: ran / 1e6, waitedMs: waited / 1e6 }
}

/** Processor time of all threads, µs: for figures that hold on a busy machine. */
function processorUs(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, task) => {
    const [ran = 0] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ').map(Number)
    return sum + ran / 1000
  }, 0)
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(String(data)))
    child.once('exit', (code) => reject(new TypeError(`ended with ${code}`)))
  })
}

const ended = (child: ChildProcess) => new Promise<void>((resolve) => child.once('exit', () => resolve()))

const folder = mkdtempSync(join(tmpdir(), 'cairn-bench-'))
const dataDir = join(folder, 'data')
const server = spawn(
  process.execPath,
  [...startFlags, cairn, 'serve', '--port', '0', '--data-dir', dataDir, '--region', region, '--log-level', 'warn'],
  { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...startEnvironment } },
)
try {
  await firstLine(server)
  const endpoint = findServer(dataDir)?.endpoint
  const account = readAccountKeys(dataDir)[0]
  const pid = server.pid
  const admin = account?.admin
  if (endpoint === undefined || admin === undefined || pid === undefined) throw new TypeError('no server')
  makeFiles(join(folder, 'files'), account?.account ?? '')
  const { accessKeyId, secretAccessKey } = admin
  const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
  const caller = { endpoint, environment: { AWS_REGION: region, ...keys } }
  await lookUp(caller, 'EventName', 'Decrypt')
  await loopDelay(endpoint)
  const machine = monitorEventLoopDelay({ resolution: 10 })
  machine.enable()
  using memory = watchMemory(pid)
  const before = { ...mainThread(pid), processorUs: processorUs(pid), at: performance.now() }

  const importing = spawn(process.execPath, [cairn, 'import', join(folder, 'files'), '--data-dir', dataDir], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let isOver = false
  const took: number[] = []
  const asking = Array.from({ length: connections }, async (_, nth) => {
    for (let count = nth; !isOver; count += 1) {
      const [attribute, value] = count % 2 === 0 ? ['EventName', 'Decrypt'] : ['Username', `ci-${count % 500}`]
      took.push(await lookUp(caller, attribute ?? '', value ?? ''))
      await pause(20)
    }
  })
  await ended(importing)
  isOver = true
  await Promise.all(asking)

  const ms = performance.now() - before.at
  const after = mainThread(pid)
  took.sort((a, b) => a - b)
  const at = (share: number) => (took[Math.floor((took.length - 1) * share)] ?? 0).toFixed(1)
  console.log(`imported ${eventCount} events in ${(ms / 1000).toFixed(1)} s: ${Math.round(eventCount / (ms / 1000))}/s`)
  console.log(
    `processor time ${((processorUs(pid) - before.processorUs) / eventCount).toFixed(0)} µs an event, look-ups included`,
  )
  console.log(`${took.length} look-ups meanwhile: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`)
  console.log(`main loop delay: ${await loopDelay(endpoint)}`)
  console.log(
    `main thread: ran ${(((after.ranMs - before.ranMs) / ms) * 100).toFixed(0)} %, ` +
      `waited ${(((after.waitedMs - before.waitedMs) / ms) * 100).toFixed(0)} % for a processor`,
  )
  console.log(
    `idle loop on this machine: p99 ${(machine.percentile(99) / 1e6 - 10).toFixed(1)} ms, max ${(machine.max / 1e6 - 10).toFixed(1)} ms`,
  )
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
  console.log(`memory: ${megabytes(memory.shareBytes)} its share, ${megabytes(memory.ownBytes)} resident, at most`)
} finally {
  const gone = ended(server)
  server.kill('SIGTERM')
  await gone
  rmSync(folder, { recursive: true, force: true })
}
