/**
 * Durable appends against the disk's own limit: how many events of 1.2 KB a second the segment log acknowledges, beside
 * plain `write` + `fdatasync` of the same bytes in the same chunks, on the same disk, by turns in the same run.
 *
 * Usage: node bench/append.ts [directory] [seconds]
 */
import fs from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import type { SegmentLog } from '@cairn/server/storage/segment-log'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { openQuietLog } from '@cairn/testkit/fakes/quiet-log'

const eventBytes = 1200
// By turns, so that a neighbour on the disk slows both.
const rounds = 8

interface Run {
  events: number
  seconds: number
  /** How long each acknowledgement took, in milliseconds. */
  readonly waits: number[]
}

/** One way to bring events in: `batch` events an append, by `writers` at a time. */
interface Load {
  readonly name: string
  readonly batch: number
  readonly writers: number
}

const loads: readonly Load[] = [
  { name: '1 writer, batches of 100', batch: 100, writers: 1 },
  { name: '4 writers, batches of 100', batch: 100, writers: 4 },
  { name: '128 writers, one event each', batch: 1, writers: 128 },
]

const event = eventFrame({ text: JSON.stringify({ eventVersion: '1.11', filler: 'x' }).padEnd(eventBytes, ' ') })

/** The limit: one thread that does nothing else, with the same bytes on the disk per sync. */
function plainRound(fd: number, state: { at: number }, chunk: Buffer, events: number, untilMs: number, run: Run): void {
  const began = performance.now()
  for (let now = began; now < untilMs; ) {
    fs.writeSync(fd, chunk, 0, chunk.length, state.at)
    fs.fdatasyncSync(fd)
    state.at += chunk.length
    run.events += events
    const after = performance.now()
    run.waits.push(after - now)
    now = after
  }
  run.seconds += (performance.now() - began) / 1000
}

async function logRound(log: SegmentLog, load: Load, untilMs: number, run: Run): Promise<void> {
  const frames = Array.from({ length: load.batch }, () => event)
  const began = performance.now()
  const writer = async () => {
    for (let now = began; now < untilMs; ) {
      await log.append(frames)
      run.events += load.batch
      const after = performance.now()
      run.waits.push(after - now)
      now = after
    }
  }
  await Promise.all(Array.from({ length: load.writers }, writer))
  run.seconds += (performance.now() - began) / 1000
}

async function measure(
  directory: string,
  load: Load,
  seconds: number,
): Promise<{ plain: Run; ours: Run; sealSeconds: number }> {
  const plain: Run = { events: 0, seconds: 0, waits: [] }
  const ours: Run = { events: 0, seconds: 0, waits: [] }
  await using log = await openQuietLog(path.join(directory, 'log'), { nowMs: Date.now })
  // What the log writes per event, so that both move the same bytes.
  await logRound(log, load, performance.now() + 300, { events: 0, seconds: 0, waits: [] })
  await log.sealed()
  const perSync = load.batch * load.writers
  const chunk = Buffer.alloc(perSync * (eventBytes + 50), 120)
  const fd = fs.openSync(path.join(directory, 'plain'), 'w')
  const state = { at: 0 }
  for (let round = 0; round < rounds; round++) {
    const ms = (seconds * 1000) / rounds / 2
    plainRound(fd, state, chunk, perSync, performance.now() + ms, plain)
    await logRound(log, load, performance.now() + ms, ours)
  }
  fs.closeSync(fd)
  // What appends put off: compressing the segments that ended meanwhile.
  const began = performance.now()
  await log.sealed()
  return { plain, ours, sealSeconds: (performance.now() - began) / 1000 }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

const [base = '.', seconds = '5'] = process.argv.slice(2)
console.log(
  '| load | plain write + fdatasync | p99 | segment log | p99 | ratio | sealing afterwards |\n|---|---|---|---|---|---|---|',
)
for (const load of loads) {
  const directory = await mkdtemp(path.join(base, 'bench-append-'))
  try {
    const { plain, ours, sealSeconds } = await measure(directory, load, Number(seconds))
    const rate = (run: Run) => Math.round(run.events / run.seconds)
    const p99 = (run: Run) => `${percentile(run.waits, 0.99).toFixed(1)} ms`
    const ratio = Math.round((100 * rate(ours)) / rate(plain))
    console.log(
      `| ${load.name} | ${rate(plain)}/s | ${p99(plain)} | ${rate(ours)}/s | ${p99(ours)} | ${ratio} % | ${sealSeconds.toFixed(1)} s |`,
    )
  } finally {
    await rm(directory, { recursive: true })
  }
}
