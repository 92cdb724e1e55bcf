import { createHash } from 'node:crypto'
import type { Position } from '@cairn/server/ports/event-log'
import type { LakeBatch, LakeEvent, PartFile, RuleSet, TableState, TailFile } from '@cairn/server/ports/lake-files'
import type { Disk } from '@cairn/server/storage/disk'
import { checkTables, TablesWriter } from '@cairn/server/storage/lake-files'
import { createScheduler } from '@cairn/testkit/fakes/scheduler'
import {
  type Crash,
  createSimulatedDisk,
  type FailureRates,
  type SimulatedDisk,
} from '@cairn/testkit/fakes/simulated-disk'
import { createRandom, type Random } from '@cairn/testkit/seed'
import { expect } from 'vitest'

const folder = '/data/lake'
const noFailures: FailureRates = { write: 0, sync: 0 }
const events = 400

/** Each takes another part of the events. */
const rules: RuleSet = {
  number: 1,
  rules: [
    { takes: ['Management'], id: 'management' },
    { takes: ['Management', 'Data'], id: 'all' },
    { takes: [], id: 'addressed' },
  ].map(({ takes, id }) => ({
    id,
    kind: 'events',
    account: '111111111111',
    region: 'eu-central-1',
    isMultiRegion: true,
    takesLive: takes.length > 0,
    selectors: takes.map((category) => ({
      FieldSelectors: [
        { Field: 'eventCategory', Equals: [category] },
        ...(category === 'Data' ? [{ Field: 'resources.type', Equals: ['AWS::S3::Object'] }] : []),
      ],
    })),
  })),
}

/** The tables of a log through many lives of the process that writes them, and what they must hold. */
export class LakeWorld {
  readonly random: Random
  readonly disk: SimulatedDisk
  readonly #log: readonly LakeEvent[]
  /** The furthest that was ever to be the cursor. */
  #marked = 0
  /** What was prepared while the batch before it was written. */
  #ahead: { readonly from: number; readonly batch: LakeBatch } | undefined

  constructor(seed: number) {
    this.random = createRandom(seed)
    this.disk = createSimulatedDisk(this.random)
    this.#log = Array.from({ length: events }, (_, position) => this.#event(position))
  }

  /** Starts the process, lets it work until a moment the seed chooses, and ends it there. */
  async live(kind: Crash, { turnsMax, failures = noFailures }: { turnsMax: number; failures?: FailureRates }) {
    const scheduler = createScheduler(this.random)
    const working = this.#work(this.disk.mount(scheduler, failures))
    working.catch(() => {})
    await scheduler.run(1 + this.random.below(turnsMax))
    scheduler.stop()
    this.disk.crash(kind)
  }

  /** Starts once more, catches up, and holds every row against the log. */
  async check(): Promise<void> {
    this.disk.setCapacity(Number.POSITIVE_INFINITY)
    const scheduler = createScheduler(this.random)
    const disk = this.disk.mount(scheduler)
    const checking = this.#check(disk)
    checking.catch(() => {})
    await scheduler.run(1_000_000)
    scheduler.stop()
    await checking
    this.disk.crash('process')
  }

  async fsck(): Promise<readonly string[]> {
    const scheduler = createScheduler(this.random)
    const problems = Array.fromAsync(checkTables(this.disk.mount(scheduler), folder))
    problems.catch(() => {})
    await scheduler.run(1_000_000)
    scheduler.stop()
    const found = await problems
    this.disk.crash('process')
    return found
  }

  async #check(disk: Disk): Promise<void> {
    const tables = await TablesWriter.open(disk, folder)
    expect([...tables.damaged]).toEqual([])
    for (const state of tables.states) await this.#expectRows(disk, state, state.next)
    const reached = tables.cursor ?? 0
    expect(reached).toBeLessThanOrEqual(this.#marked)
    for (let from = reached; from < events; ) from = await this.#ingest(tables, from)
    for (const state of tables.states) await this.#expectRows(disk, (await tables.roll(state.store)) ?? state, events)
    await tables.close()
  }

  async #work(disk: Disk): Promise<void> {
    const tables = await TablesWriter.open(disk, folder)
    for (let from = tables.cursor ?? 0; ; ) {
      if (this.random.chance(0.05)) this.disk.setCapacity(this.disk.used() + this.random.below(4_000))
      if (this.random.chance(0.5)) this.disk.setCapacity(Number.POSITIVE_INFINITY)
      try {
        const [state] = this.random.chance(0.4) ? [this.random.pick(tables.states)] : []
        if (state !== undefined && this.random.chance(0.5)) await tables.roll(state.store)
        else if (state !== undefined) await this.#pack(disk, tables, state)
        if (from === events || this.random.chance(0.1)) await this.#mark(tables, from)
        if (from < events) from = await this.#ingest(tables, from)
      } catch (error) {
        // It goes on with what its files say, as the runner has it.
        expect((error as { code?: string }).code).toMatch(/^(lake\.(files-failed|disk-full)|EIO|ENOSPC)$/)
      }
    }
  }

  async #mark(tables: TablesWriter, next: number): Promise<void> {
    this.#marked = Math.max(this.#marked, next)
    await tables.mark(next as Position)
  }

  async #ingest(tables: TablesWriter, from: number): Promise<number> {
    const batch = this.#ahead?.from === from ? this.#ahead.batch : this.#batchFrom(from)
    const { next } = batch
    const writing = tables.write(batch)
    this.#ahead = undefined
    if (next < events && this.random.chance(0.7)) {
      this.#ahead = { from: next, batch: this.#batchFrom(next) }
      tables.prepare(this.#ahead.batch)
    }
    await writing
    return next
  }

  #batchFrom(from: number): LakeBatch {
    const some = this.#log.slice(from, from + 1 + this.random.below(20))
    return { events: some, next: (from + some.length) as Position }
  }

  /** What the engine does: rows of files that do not change any more, in a new file. */
  async #pack(disk: Disk, tables: TablesWriter, { store, sealed, parts }: TableState): Promise<void> {
    const inputs: readonly (TailFile | PartFile)[] = this.random.chance(0.3) ? [...sealed, ...parts] : sealed
    if (inputs.length === 0) return
    const content = Buffer.concat(await Promise.all(inputs.map(({ file }) => contentOf(disk, store, file))))
    const day = 'day=2026-01-01'
    const file = `${day}/part-${this.random.below(1_000_000_000)}.parquet`
    await disk.makeDirectory(`${folder}/${store}/${day}`)
    const output = await disk.open(`${folder}/${store}/${file}`, 'create')
    await output.write(content, 0)
    await output.sync()
    await output.close()
    await disk.syncDirectory(`${folder}/${store}/${day}`)
    const rows = inputs.reduce((sum, input) => sum + input.rows, 0)
    const facts = { day: '2026-01-01', rows, bytes: content.length, sha256: sha256(content) }
    const added = [{ file, ...facts, eventTimeMsMin: 0, eventTimeMsMax: 0 }]
    const removed = inputs.map((input) => input.file)
    await tables.replace(store, { removed, added })
    for (const name of removed) await disk.remove(`${folder}/${store}/${name}`)
  }

  /** A table has the rows of the events before `next` that it takes: all, and each once. */
  async #expectRows(disk: Disk, { store, sealed, parts }: TableState, next: number): Promise<void> {
    const ids: number[] = []
    for (const { file, rows } of [...sealed, ...parts]) {
      const lines = (await contentOf(disk, store, file)).toString().split('\n').slice(0, -1)
      expect(lines.length, file).toBe(rows)
      ids.push(...lines.map((line) => Number(JSON.parse(line).eventid)))
    }
    const expected = this.#log
      .filter((event) => event.position < next && takes(store, event))
      .map(({ position }) => position)
    expect(ids.sort((a, b) => a - b)).toEqual(expected)
  }

  #event(position: number): LakeEvent {
    const category = this.random.pick(['Management', 'Data'])
    const text = JSON.stringify({
      eventID: String(position),
      eventCategory: category,
      eventTime: '2026-01-01T00:00:00Z',
      ...(category === 'Data' && { resources: [{ type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::a/b' }] }),
      errorMessage: 'x'.repeat(this.random.below(900)),
    })
    return {
      position: position as Position,
      account: '111111111111',
      region: 'eu-central-1',
      store: this.random.chance(0.1) ? this.random.pick(['addressed', 'management']) : undefined,
      rules,
      rulesAfter: undefined,
      bytes: Buffer.from(text),
    }
  }
}

function takes(store: string, event: LakeEvent): boolean {
  if (event.store !== undefined) return event.store === store
  const category = JSON.parse(Buffer.from(event.bytes).toString()).eventCategory
  return store === 'all' || (store === 'management' && category === 'Management')
}

async function contentOf(disk: Disk, store: string, name: string): Promise<Buffer> {
  const file = await disk.open(`${folder}/${store}/${name}`, 'read')
  try {
    const content = Buffer.alloc(await file.size())
    await file.read(content, 0)
    return content
  } finally {
    await file.close()
  }
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
