import { crc32 } from 'node:zlib'
import type { LakeTableKind } from '@cairn/core/lake'
import { Fault } from '../../fault.ts'
import type { Position } from '../../ports/event-log.ts'
import type { DayRows, PartFile, TableChange, TableState, TailFile } from '../../ports/lake-files.ts'
import { type Disk, type DiskFile, publish, readRange } from '../disk/index.ts'
import { applyChange, decodeManifest, encodeChange, encodeHead } from './manifest.ts'

export const manifestName = 'manifest'

/** Ends the names of folders of tables that are being removed. */
export const droppedSuffix = '.dropped'

/** Changes beyond this, and beyond what the state takes, are made a new state, so that opening a table stays short. */
const changesBytesMax = 256 * 1024

const dayMs = 86_400_000

/** Rows that come together. */
export interface NewRows {
  /** A line each. */
  readonly bytes: Uint8Array
  /** Of each row; `undefined` for one that has none. */
  readonly eventTimesMs: readonly (number | undefined)[]
}

/**
 * Writes one table. After any failure it must be closed and opened again, which goes back to what is recorded.
 *
 *     rows ──commit──► tail (lines, then manifest) ──roll──► sealed ──replace──► parts
 */
export class TableWriter {
  readonly #disk: Disk
  readonly #folder: string
  #state: TableState
  #manifest: DiskFile | undefined
  #manifestBytes = 0
  /** Of its first line. A store of ten years has a megabyte of it, which must not be written anew for each change. */
  #headBytes = 0
  #tail: DiskFile | undefined
  /** Number of the next file of rows. */
  #nextTail: number

  private constructor(disk: Disk, folder: string, state: TableState) {
    this.#disk = disk
    this.#folder = folder
    this.#state = state
    this.#nextTail = 1 + Math.max(0, ...state.sealed.map(({ file }) => numberOf(file)))
  }

  /** Makes a table that has nothing before `next`. */
  static async create(
    disk: Disk,
    folder: string,
    table: { readonly store: string; readonly kind: LakeTableKind; readonly next: Position },
  ): Promise<TableWriter> {
    await disk.makeDirectory(folder)
    const writer = new TableWriter(disk, folder, { ...table, tail: undefined, sealed: [], parts: [] })
    await writer.#removeStrays()
    await writer.#rewrite()
    return writer
  }

  /**
   * Opens a table as it was recorded. What a crash left behind that is in no record goes.
   *
   * @throws Fault `lake.table-damaged`
   */
  static async open(disk: Disk, folder: string): Promise<TableWriter> {
    const recorded = await readState(disk, folder)
    const writer = new TableWriter(disk, folder, applyChange(recorded, { kind: 'roll' }))
    if (recorded.tail !== undefined) await writer.#cut(recorded.tail)
    await writer.#rewrite()
    await writer.#removeStrays()
    return writer
  }

  get state(): TableState {
    return this.#state
  }

  /** Makes rows durable, together with `next`. */
  async commit({ bytes, eventTimesMs }: NewRows, next: Position): Promise<void> {
    const before = this.#state.tail
    const file = before?.file ?? `tail-${String(this.#nextTail).padStart(8, '0')}.ndjson`
    this.#tail ??= await this.#disk.open(`${this.#folder}/${file}`, 'create')
    await this.#tail.write(bytes, before?.bytes ?? 0)
    await this.#tail.sync()
    if (before === undefined) await this.#disk.syncDirectory(this.#folder)
    const tail: TailFile = {
      file,
      bytes: (before?.bytes ?? 0) + bytes.length,
      rows: (before?.rows ?? 0) + eventTimesMs.length,
      crc32: crc32(bytes, before?.crc32),
      ...addDays(before, eventTimesMs),
    }
    await this.#record({ kind: 'rows', next, tail })
  }

  async roll(): Promise<void> {
    if (this.#state.tail === undefined) return
    await this.#tail?.close()
    this.#tail = undefined
    this.#nextTail += 1
    await this.#record({ kind: 'roll' })
  }

  async replace({ removed, added }: TableChange): Promise<void> {
    const gone = new Set(removed)
    const keep = ({ file }: TailFile | PartFile): boolean => !gone.has(file)
    const { sealed, parts } = this.#state
    this.#state = { ...this.#state, sealed: sealed.filter(keep), parts: [...parts.filter(keep), ...added] }
    await this.#rewrite()
  }

  /** Notes that the table is complete up to `next`. */
  async note(next: Position): Promise<void> {
    if (next > this.#state.next) await this.#record({ kind: 'next', next })
  }

  /** Gives the files of the table, which must not have a tail, a second name in another folder. */
  async link(folder: string): Promise<void> {
    const { sealed, parts } = this.#state
    await this.#disk.makeDirectory(folder)
    for (const { day } of parts) await this.#disk.makeDirectory(`${folder}/${dayPrefix}${day}`)
    for (const { file } of [...sealed, ...parts]) await this.#disk.link(`${this.#folder}/${file}`, `${folder}/${file}`)
    const head = encodeHead(this.#state)
    await publish(this.#disk, folder, manifestName, (file) => file.write(head, 0))
  }

  async close(): Promise<void> {
    await this.#tail?.close()
    await this.#manifest?.close()
  }

  async #record(change: Parameters<typeof encodeChange>[0]): Promise<void> {
    const state = applyChange(this.#state, change)
    const changesBytes = this.#manifestBytes - this.#headBytes
    if (this.#manifest === undefined || changesBytes > Math.max(changesBytesMax, this.#headBytes)) {
      this.#state = state
      return this.#rewrite()
    }
    const line = encodeChange(change)
    await this.#manifest.write(line, this.#manifestBytes)
    this.#manifestBytes += line.length
    this.#state = state
  }

  async #rewrite(): Promise<void> {
    await this.#manifest?.close()
    this.#manifest = undefined
    const head = encodeHead(this.#state)
    await publish(this.#disk, this.#folder, manifestName, (file) => file.write(head, 0))
    this.#manifest = await this.#disk.open(`${this.#folder}/${manifestName}`, 'append')
    this.#manifestBytes = head.length
    this.#headBytes = head.length
  }

  /** Rows behind the recorded ones were never acknowledged. */
  async #cut({ file, bytes }: TailFile): Promise<void> {
    const tail = await this.#disk.open(`${this.#folder}/${file}`, 'append')
    try {
      if ((await tail.size()) < bytes) throw damaged(this.#folder, `${file} is shorter than recorded`)
      await tail.truncate(bytes)
      await tail.sync()
    } finally {
      await tail.close()
    }
  }

  /** @throws Fault `lake.table-damaged` when a file is missing */
  async #removeStrays(): Promise<void> {
    const { sealed, parts } = this.#state
    const missing = new Set([...sealed, ...parts].map(({ file }) => file))
    for (const name of await filesBelow(this.#disk, this.#folder)) {
      if (!missing.delete(name) && name !== manifestName) await this.#disk.remove(`${this.#folder}/${name}`)
    }
    const [first] = missing
    if (first !== undefined) throw damaged(this.#folder, `${first} is missing`)
  }
}

function damaged(folder: string, problem: string): Fault {
  return new Fault('lake.table-damaged', 'a table is not as it was written', { folder, problem })
}

async function filesBelow(disk: Disk, folder: string): Promise<readonly string[]> {
  const names: string[] = []
  for (const name of await disk.list(folder)) {
    if (!name.startsWith(dayPrefix)) names.push(name)
    else names.push(...(await disk.list(`${folder}/${name}`)).map((part) => `${name}/${part}`))
  }
  return names
}

/** Folders of a day's typed files, in the form by which other engines know partitions. */
export const dayPrefix = 'day='

/** Whether only a table has a file or folder of this name. */
export function isTableFile(name: string): boolean {
  return name.startsWith(dayPrefix) || /^tail-\d+\.ndjson$/.test(name)
}

/** @throws Fault `lake.table-damaged` */
export async function readState(disk: Disk, folder: string): Promise<TableState> {
  const path = `${folder}/${manifestName}`
  const file = await disk.open(path, 'read')
  try {
    return decodeManifest(await readRange(file, 0, await file.size()), path)
  } finally {
    await file.close()
  }
}

/** Adds event times to the days of a file. */
function addDays(
  before: TailFile | undefined,
  eventTimesMs: NewRows['eventTimesMs'],
): Pick<TailFile, 'days' | 'undated'> {
  const days: Record<string, DayRows> = { ...before?.days }
  let undated = before?.undated ?? 0
  // Neighbours are of one day nearly always.
  let [day, number] = ['', Number.NaN]
  for (const time of eventTimesMs) {
    if (time === undefined) {
      undated += 1
      continue
    }
    if (Math.floor(time / dayMs) !== number) {
      number = Math.floor(time / dayMs)
      day = new Date(time).toISOString().slice(0, 10)
    }
    const known = days[day] ?? { rows: 0, eventTimeMsMin: time, eventTimeMsMax: time }
    days[day] = {
      rows: known.rows + 1,
      eventTimeMsMin: Math.min(known.eventTimeMsMin, time),
      eventTimeMsMax: Math.max(known.eventTimeMsMax, time),
    }
  }
  return { days, undated }
}

/** `tail-00000012.ndjson` → 12 */
function numberOf(file: string): number {
  return Number(/\d+/.exec(file)?.[0] ?? 0)
}
