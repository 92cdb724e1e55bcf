import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { EventLog, Position, StoredFrame } from '@cairn/server/ports/event-log'
import { type Compression, checkSegmentLog, openSegmentLog, type SegmentLog } from '@cairn/server/storage/segment-log'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { silentLogTelemetry } from '@cairn/testkit/fakes/quiet-log'
import { createScheduler, type Scheduler } from '@cairn/testkit/fakes/scheduler'
import {
  type Crash,
  createSimulatedDisk,
  type FailureRates,
  type SimulatedDisk,
} from '@cairn/testkit/fakes/simulated-disk'
import { createRandom, type Random } from '@cairn/testkit/seed'
import { expect } from 'vitest'

const directory = '/data/log'
const noFailures: FailureRates = { write: 0, sync: 0 }
const bytesMax = 1 << 20

/** What a writer was told about one append. */
interface Call {
  readonly ids: readonly string[]
  readonly writer: number
  outcome: 'unknown' | 'acknowledged' | 'refused'
  positions: readonly Position[]
}

/** One data directory through many lives of the process that writes it, and what was promised in each. */
export class LogWorld {
  readonly random: Random
  readonly disk: SimulatedDisk
  readonly calls: Call[] = []
  /** Frames that a reader has seen: they may never go or move, whether acknowledged or not. */
  readonly seen = new Map<string, Position>()
  /** Everything before was removed by retention. */
  trimmedTo = 0
  #nowMs = 0
  #nextCall = 0

  constructor(seed: number) {
    this.random = createRandom(seed)
    this.disk = createSimulatedDisk(this.random)
  }

  /** Starts the process, lets it write until a moment the seed chooses, and ends it there. */
  async live(kind: Crash, { turnsMax, failures = noFailures }: { turnsMax: number; failures?: FailureRates }) {
    const scheduler = createScheduler(this.random)
    const working = this.#work(scheduler, failures)
    // A process that dies leaves its promises behind; one that fails at the start says so.
    working.catch(() => {})
    await scheduler.run(1 + this.random.below(turnsMax))
    scheduler.stop()
    this.disk.crash(kind)
  }

  async #work(scheduler: Scheduler, failures: FailureRates): Promise<void> {
    const log = await this.open(scheduler, failures)
    const writers = Array.from({ length: 1 + this.random.below(4) }, (_, writer) => this.#write(log, writer, scheduler))
    await Promise.all([...writers, this.#read(log, scheduler), this.#tidy(log, scheduler)])
  }

  /** Opens the log in a life of its own. */
  open(scheduler: Scheduler, failures: FailureRates = noFailures): Promise<SegmentLog> {
    return openSegmentLog({
      directory,
      disk: this.disk.mount(scheduler, failures),
      compression: inTurn(scheduler),
      defer: (run) => void scheduler.turn().then(run),
      nowMs: () => (this.#nowMs += 400),
      randomBytes: (count) => Uint8Array.from({ length: count }, () => this.random.below(256)),
      telemetry: silentLogTelemetry,
      onFailed: () => {},
      segmentBytesMax: 6000,
      reserveBytes: 8192,
      cacheBytesMax: 20_000,
    })
  }

  /** Runs `use` on an opened log that nothing disturbs. */
  async inPeace<Value>(use: (log: SegmentLog) => Promise<Value>): Promise<Value> {
    const scheduler = createScheduler(this.random)
    const outcome = (async () => {
      await using log = await this.open(scheduler)
      return await use(log)
    })()
    outcome.catch(() => {})
    await scheduler.run(100_000)
    scheduler.stop()
    return outcome
  }

  async #write(log: EventLog, writer: number, scheduler: Scheduler): Promise<void> {
    for (;;) {
      await scheduler.turn()
      const number = this.#nextCall++
      const ids = Array.from({ length: 1 + this.random.below(3) }, (_, nth) => `${writer}:${number}:${nth}`)
      const call: Call = { ids, writer, outcome: 'unknown', positions: [] }
      this.calls.push(call)
      const frames = ids.map((id) => this.#frame(id))
      try {
        call.positions = await log.append(frames, { reserved: this.random.chance(0.2) })
        call.outcome = 'acknowledged'
      } catch (error) {
        if (codeOf(error) === 'log.failed') return
        expect(codeOf(error)).toBe('log.full')
        call.outcome = 'refused'
      }
    }
  }

  #frame(id: string) {
    const filler = 'x'.repeat(this.random.chance(0.1) ? this.random.below(3000) : this.random.below(300))
    const account = this.random.pick(['111111111111', '222222222222'])
    return eventFrame({ text: JSON.stringify({ id, filler }), account, acceptedAtMs: this.#nowMs })
  }

  /** A consumer that reads behind the writers and fetches what was acknowledged. */
  async #read(log: EventLog, scheduler: Scheduler): Promise<void> {
    for (let from = log.bounds().first; ; ) {
      await scheduler.turn()
      const frames = await log.read(from, this.random.below(4000))
      for (const frame of frames) this.#note(frame)
      const last = frames.at(-1)
      from = last === undefined ? from : log.after(last.position)
      const acknowledged = this.calls.filter(({ outcome }) => outcome === 'acknowledged')
      if (acknowledged.length > 0) {
        const { ids, positions } = this.random.pick(acknowledged)
        const found = await log.fetch(positions)
        for (const [nth, frame] of found.entries()) {
          if (frame !== undefined) expect(idOf(frame)).toBe(ids[nth])
          else expect(positions[nth]).toBeLessThan(this.trimmedTo)
        }
      }
      if (frames.length === 0 && log.usage().state === 'failed') return
    }
  }

  /** Retention and space, now and then. */
  async #tidy(log: EventLog, scheduler: Scheduler): Promise<void> {
    for (;;) {
      for (let turn = 0; turn < 60; turn++) await scheduler.turn()
      if (this.random.chance(0.3)) {
        const { first, end } = log.bounds()
        const keepFrom = (first + this.random.below(end - first + 1)) as Position
        this.trimmedTo = Math.max(this.trimmedTo, keepFrom)
        await log.trim(this.#nowMs + 1, keepFrom)
      }
      if (this.random.chance(0.3)) this.disk.setCapacity(this.disk.used() + this.random.below(4000))
      if (this.random.chance(0.5)) this.disk.setCapacity(Number.POSITIVE_INFINITY)
    }
  }

  #note(frame: StoredFrame): void {
    const known = this.seen.get(idOf(frame))
    if (known !== undefined) expect(frame.position).toBe(known)
    this.seen.set(idOf(frame), frame.position)
  }

  /** Starts once more and holds everything found against everything promised. */
  async check(): Promise<void> {
    this.disk.setCapacity(Number.POSITIVE_INFINITY)
    const frames = await this.inPeace(async (log) => {
      const found: StoredFrame[] = []
      for (let from = log.bounds().first; ; ) {
        const batch = await log.read(from, bytesMax)
        const last = batch.at(-1)
        if (last === undefined) return found
        found.push(...batch)
        from = log.after(last.position)
      }
    })
    expect(await this.fsck()).toEqual([])

    const byId = new Map(frames.map((frame) => [idOf(frame), frame.position]))
    expect(byId.size, 'no frame twice').toBe(frames.length)
    for (const { ids, outcome, positions } of this.calls) {
      const found = ids.map((id) => byId.get(id))
      if (outcome === 'refused')
        expect(
          found.every((position) => position === undefined),
          'refused is not kept',
        ).toBe(true)
      if (outcome === 'acknowledged') {
        for (const [nth, position] of positions.entries()) {
          if (position >= this.trimmedTo || found[nth] !== undefined) expect(found[nth], 'acknowledged').toBe(position)
        }
      }
      if (outcome === 'unknown' && found.some((position) => position === undefined)) {
        const kept = found.filter((position) => position !== undefined)
        expect(
          kept.every((position) => position < this.trimmedTo),
          'all of an append or nothing',
        ).toBe(true)
      }
    }
    for (const [id, position] of this.seen) {
      if (position >= this.trimmedTo || byId.has(id)) expect(byId.get(id), 'what was read stays').toBe(position)
    }
    this.#checkOrder(frames)
    for (const frame of frames) this.#note(frame)
  }

  #checkOrder(frames: readonly StoredFrame[]): void {
    const last = new Map<string, number>()
    for (const frame of frames) {
      const [writer = '', call, nth] = idOf(frame).split(':')
      const rank = Number(call) * 10 + Number(nth)
      expect(rank, 'order of a writer').toBeGreaterThan(last.get(writer) ?? -1)
      last.set(writer, rank)
    }
  }

  async fsck() {
    const scheduler = createScheduler(this.random)
    const findings = Array.fromAsync(
      checkSegmentLog({ directory, disk: this.disk.mount(scheduler), compression: inTurn(scheduler) }),
    )
    await scheduler.run(100_000)
    return findings
  }
}

/** Inflating at the seed's pace instead of the thread pool's. */
function inTurn(scheduler: Scheduler): Compression {
  return {
    compress: (bytes) => zstdCompressSync(bytes),
    async inflate(bytes, rawBytes) {
      await scheduler.turn()
      return zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, rawBytes) })
    },
  }
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

export function idOf(frame: StoredFrame): string {
  const { id } = JSON.parse(Buffer.from(frame.bytes).toString()) as { id: string }
  return id
}
