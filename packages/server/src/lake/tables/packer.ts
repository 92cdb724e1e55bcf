import { Fault } from '../../fault.ts'
import type { Clock } from '../../ports/clock.ts'
import type { LakeEngine } from '../../ports/lake-engine.ts'
import type { LakeFiles, PartFile, TableState } from '../../ports/lake-files.ts'
import type { EventDataStore } from '../stores/index.ts'
import { conversionOf, type PackedDay, type Packing, partOf, planMerge, planPack } from './plan-packing.ts'
import type { TableSnapshots } from './table-snapshots.ts'

export interface PackerTelemetry {
  /** New rows have become typed files, or small ones larger ones. */
  packed(facts: {
    readonly store: string
    readonly rows: number
    readonly files: number
    readonly bytes: number
    readonly tookMs: number
  }): void
  packFailed(facts: { readonly store: string; readonly error: unknown }): void
  /** Rows whose days are over were removed; without files when they came too late to be in one. */
  expired(facts: { readonly store: string; readonly rows: number; readonly files: number }): void
  /** The table of a store that is gone was removed. */
  dropped(facts: { readonly store: string }): void
}

/** Turns new rows into typed files, small files into larger ones, and removes what is over. */
export interface Packer {
  /** What is due, table by table. Calls wait for each other: rows that are packed twice would be there twice. */
  tick(): Promise<void>
  /** Resolves when there is room for more new rows. */
  room(): Promise<void>
}

export interface PackerOptions {
  readonly files: LakeFiles
  readonly engine: LakeEngine
  readonly snapshots: TableSnapshots
  readonly clock: Clock
  /** Absolute path of a folder for what the engine cannot hold in memory. */
  readonly scratch: string
  store(id: string): EventDataStore | undefined
  readonly telemetry: PackerTelemetry
}

/** New rows are turned into typed files at the first of these. A query reads a line ten times as slowly. */
const packBytes = 64 * 1024 * 1024
const packFiles = 32
const packAgeMs = 60_000
/** Fewer bytes than this are read in no time, and wait longer: a conversion costs a third of a second. */
const trickleBytes = 1024 * 1024
const trickleAgeMs = 10 * 60_000

const mergeEveryMs = 3_600_000

/** New rows of all tables beyond this hold ingestion back: packing is not keeping up, and queries would crawl. */
const waitingBytesMax = 1024 * 1024 * 1024

/** A failed table is tried again after a wait that doubles up to this. */
const retryMsMax = 10 * 60_000
const retryMsMin = 2_000

const memoryBytesMax = 768 * 1024 * 1024

const dayMs = 86_400_000

interface Upkeep {
  /** When the oldest new row was first seen; `undefined` when there is none. */
  waitingSinceMs: number | undefined
  mergedAtMs: number
  failures: number
  retryAtMs: number
}

export function createPacker(options: PackerOptions): Packer {
  const { files, engine, snapshots, clock, telemetry } = options
  const upkeep = new Map<string, Upkeep>()
  let lastPart = 0
  let gaveRoom: (() => void)[] = []

  function upkeepOf(store: string): Upkeep {
    let found = upkeep.get(store)
    if (found === undefined) {
      // Merging is due soon after a start, since nobody knows when it was done last.
      found = { waitingSinceMs: undefined, mergedAtMs: 0, failures: 0, retryAtMs: 0 }
      upkeep.set(store, found)
    }
    return found
  }

  async function convert(state: TableState, packing: Packing): Promise<void> {
    const startedMs = performance.now()
    const { store, kind } = state
    const names = packing.outputs.map(({ day }) => newName(state, day))
    const added = packing.outputs.length === 0 ? [] : await makeFiles(state, packing, names)
    await files.replace(store, { removed: packing.inputs.map(({ file }) => file), added })
    await snapshots.retire(
      store,
      packing.inputs.map(({ file }) => file),
    )
    const rows = added.reduce((sum, part) => sum + part.rows, 0)
    const bytes = added.reduce((sum, part) => sum + part.bytes, 0)
    telemetry.packed({ store, rows, files: added.length, bytes, tookMs: Math.round(performance.now() - startedMs) })
    const late = packing.inputs.reduce((sum, file) => sum + file.rows, 0) - rows
    if (late > 0) telemetry.expired({ store, rows: late, files: 0 })

    async function makeFiles(table: TableState, { outputs }: Packing, paths: readonly string[]): Promise<PartFile[]> {
      const waiting = [...paths]
      const made = await engine.convert({
        ...conversionOf(kind, packing, {
          pathOf: (file) => files.pathOf(table.store, file),
          newPath: () => files.pathOf(table.store, waiting.shift() ?? ''),
        }),
        scratch: options.scratch,
        memoryBytesMax,
      })
      return outputs.map((output, at) => checkedPart(store, paths[at] ?? '', output, made[at]))
    }
  }

  /** Unlike every other of the table, also those that a crash left. */
  function newName({ parts }: TableState, day: string): string {
    lastPart = Math.max(lastPart, ...parts.map(({ file }) => Number(/part-(\d+)/.exec(file)?.[1] ?? 0))) + 1
    return `day=${day}/part-${String(lastPart).padStart(8, '0')}.parquet`
  }

  function isPackDue(state: TableState, kept: Upkeep): boolean {
    const waiting = newRows(state)
    if (waiting.files === 0) {
      kept.waitingSinceMs = undefined
      return false
    }
    kept.waitingSinceMs ??= clock.nowMs()
    const ageMs = clock.nowMs() - kept.waitingSinceMs
    const isOld = ageMs >= (waiting.bytes < trickleBytes ? trickleAgeMs : packAgeMs)
    return isOld || waiting.bytes >= packBytes || waiting.files >= packFiles
  }

  async function pack(store: string, firstDay: string): Promise<void> {
    const state = await files.roll(store)
    const today = dayOf(clock.nowMs())
    const packing = state && planPack(state, { today, firstDay })
    if (state !== undefined && packing !== undefined) await convert(state, packing)
    upkeepOf(store).waitingSinceMs = undefined
  }

  async function merge(store: string): Promise<void> {
    for (;;) {
      const state = files.tables().get(store)
      const packing = state && planMerge(state)
      if (state === undefined || packing === undefined) return
      await convert(state, packing)
    }
  }

  async function expire(state: TableState, firstDay: string): Promise<void> {
    const { store } = state
    const over = state.parts.filter(({ day }) => day < firstDay)
    if (over.length === 0) return
    const removed = over.map(({ file }) => file)
    await files.replace(store, { removed, added: [] })
    await snapshots.retire(store, removed)
    telemetry.expired({ store, rows: over.reduce((sum, { rows }) => sum + rows, 0), files: over.length })
  }

  async function tend(state: TableState): Promise<void> {
    const { store: id } = state
    const store = options.store(id)
    if (store === undefined) {
      await drop(id)
      return
    }
    const kept = upkeepOf(id)
    const nowMs = clock.nowMs()
    if (nowMs < kept.retryAtMs) return
    const firstDay = dayOf(nowMs - store.retentionDays * dayMs)
    if (isPackDue(state, kept)) await pack(id, firstDay)
    if (nowMs - kept.mergedAtMs >= mergeEveryMs) {
      await merge(id)
      const merged = files.tables().get(id)
      if (merged !== undefined) await expire(merged, firstDay)
      kept.mergedAtMs = nowMs
    }
    kept.failures = 0
  }

  function waitingBytes(): number {
    return [...files.tables().values()].reduce((sum, state) => sum + newRows(state).bytes, 0)
  }

  async function drop(store: string): Promise<void> {
    await files.drop(store)
    upkeep.delete(store)
    telemetry.dropped({ store })
  }

  async function tendAll(): Promise<void> {
    // Of a table that cannot be read nothing can be asked but that it goes with its store.
    for (const store of files.damaged().keys()) if (options.store(store) === undefined) await drop(store)
    for (const state of [...files.tables().values()]) {
      try {
        await tend(state)
      } catch (error) {
        const kept = upkeepOf(state.store)
        kept.failures += 1
        kept.retryAtMs = clock.nowMs() + Math.min(retryMsMax, retryMsMin * 2 ** Math.min(kept.failures, 16))
        telemetry.packFailed({ store: state.store, error })
      }
    }
    if (waitingBytes() > waitingBytesMax) return
    for (const go of gaveRoom) go()
    gaveRoom = []
  }

  let tending: Promise<void> = Promise.resolve()
  return {
    tick() {
      const done = tending.then(tendAll)
      tending = done.catch(() => undefined)
      return done
    },
    async room() {
      if (waitingBytes() > waitingBytesMax) await new Promise<void>((resolve) => gaveRoom.push(resolve))
    },
  }
}

function newRows({ tail, sealed }: TableState): { readonly bytes: number; readonly files: number } {
  const all = tail === undefined ? sealed : [...sealed, tail]
  return { bytes: all.reduce((sum, { bytes }) => sum + bytes, 0), files: all.length }
}

function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10)
}

/** @throws Fault `lake.rows-lost` when a file does not have the rows it must: the old files stay */
function checkedPart(
  store: string,
  file: string,
  output: PackedDay,
  made: Parameters<typeof partOf>[2] | undefined,
): PartFile {
  const part = made && partOf(file, output, made)
  if (part !== undefined) return part
  const { day, rows, undated } = output
  throw new Fault('lake.rows-lost', 'a new file does not have the rows it was made of', {
    store,
    day,
    rows: rows + undated,
    made: made?.rows ?? 0,
  })
}
