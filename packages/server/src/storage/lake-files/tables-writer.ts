import type { LakeTableKind } from '@cairn/core/lake'
import { createGlancer } from '@cairn/core/selectors'
import { Fault } from '../../fault.ts'
import type { Position } from '../../ports/event-log.ts'
import type { LakeBatch, LakeEvent, RuleSet, TableChange, TableState, Written } from '../../ports/lake-files.ts'
import { type Disk, errorCode, isNoSpace, publish, readRange } from '../disk/index.ts'
import { createStoreSelector, type StoreSelector, type Taker } from './select-stores.ts'
import { isTableFile, manifestName, TableWriter } from './table-writer.ts'
import { TakenRows } from './taken-rows.ts'

/** A file of new rows beyond this is closed: what is turned into typed files at once. */
const tailBytesMax = 64 * 1024 * 1024

/** Rule sets whose compiled form is kept: those of the versions at hand. */
const ruleSetsMax = 16

const cursorName = 'cursor'

interface PreparedRows {
  readonly batch: LakeBatch
  readonly rows: TakenRows
  readonly notRecords: readonly Position[]
}

/**
 * Everything that writes files of tables, in one thread: rows in, files and manifests out. Calls must not
 * overlap, but for `prepare`.
 */
export class TablesWriter {
  readonly #disk: Disk
  readonly #folder: string
  readonly #tables = new Map<string, TableWriter>()
  readonly #damaged = new Map<string, string>()
  /** Tables that failed and are to be opened again before anything else is done. */
  readonly #closed = new Set<string>()
  readonly #glance = createGlancer()
  readonly #selectors = new Map<number, StoreSelector>()
  #prepared: readonly PreparedRows[] = []
  /** For the next batches: the memory of one is the memory of another. */
  readonly #free: TakenRows[] = []
  #cursor: Position | undefined

  private constructor(disk: Disk, folder: string) {
    this.#disk = disk
    this.#folder = folder
  }

  static async open(disk: Disk, folder: string): Promise<TablesWriter> {
    const writer = new TablesWriter(disk, folder)
    await disk.makeDirectory(folder)
    for (const name of await disk.list(folder)) {
      const files = await disk.list(`${folder}/${name}`).catch((): readonly string[] => [])
      // One table that cannot be read must not keep all others from their readers.
      if (files.includes(manifestName)) await writer.#open(name).catch((error) => writer.#condemn(name, error))
      else if (files.some(isTableFile)) writer.#condemn(name, 'the manifest is missing')
    }
    const cursor = await readCursor(disk, folder)
    // A table that could not be read when the cursor moved on lacks what came meanwhile; the others skip it.
    if (cursor !== undefined) writer.#cursor = Math.min(cursor, ...writer.states.map(({ next }) => next)) as Position
    return writer
  }

  get cursor(): Position | undefined {
    return this.#cursor
  }

  get states(): readonly TableState[] {
    return [...this.#tables.values()].map(({ state }) => state)
  }

  get damaged(): ReadonlyMap<string, string> {
    return this.#damaged
  }

  /** Makes the rows of the batch that is written next; may be called while another one is being written. */
  prepare(batch: LakeBatch): void {
    // The one before it may not be written yet: it waits for another call.
    this.#prepared = [...this.#prepared.slice(-1), this.#take(batch)]
  }

  /** `changed`: the tables that have new rows. */
  async write(batch: LakeBatch): Promise<Written & { readonly changed: readonly TableState[] }> {
    await this.#reopen()
    const prepared = this.#prepared.find((one) => one.batch === batch)
    this.#prepared = this.#prepared.filter((one) => one !== prepared)
    const isReady = prepared !== undefined && !this.#hasSome(prepared.rows)
    const { notRecords, rows: taken } = isReady ? prepared : this.#take(batch)
    const changed: TableState[] = []
    let [rows, bytes] = [0, 0]
    for (const { store, kind, rows: added } of taken.tables()) {
      const first = batch.events[0]?.position ?? batch.next
      const table = this.#tables.get(store) ?? (await this.#create({ store, kind, next: first }))
      await this.#guarded(table, async () => {
        await table.commit(added, batch.next)
        if ((table.state.tail?.bytes ?? 0) >= tailBytesMax) await table.roll()
      })
      rows += added.eventTimesMs.length
      bytes += added.bytes.length
      changed.push(table.state)
    }
    this.#free.push(taken)
    return { rows, bytes, notRecords, changed }
  }

  async mark(next: Position): Promise<void> {
    await this.#reopen()
    for (const table of [...this.#tables.values()]) await this.#guarded(table, () => table.note(next))
    await this.#writeCursor(this.#folder, next)
    this.#cursor = next
  }

  async #writeCursor(folder: string, next: Position): Promise<void> {
    await publish(this.#disk, folder, cursorName, (file) => file.write(Buffer.from(`${next}\n`), 0))
  }

  async roll(store: string): Promise<TableState | undefined> {
    await this.#reopen()
    const table = this.#tables.get(store)
    if (table !== undefined) await this.#guarded(table, () => table.roll())
    return table?.state
  }

  async replace(store: string, change: TableChange): Promise<TableState> {
    await this.#reopen()
    const table = this.#tables.get(store)
    if (table === undefined) throw new Fault('lake.files-failed', 'there is no such table', { store })
    const { sealed, parts } = table.state
    const known = new Set([...sealed, ...parts].map(({ file }) => file))
    const absent = change.removed.find((file) => !known.has(file))
    // Its rows left the table in another change, and would come back with this one.
    if (absent !== undefined)
      throw new Fault('lake.files-failed', 'a file is not in its table', { store, file: absent })
    await this.#guarded(table, () => table.replace(change))
    return table.state
  }

  async drop(store: string): Promise<void> {
    this.#closed.delete(store)
    await this.#tables.get(store)?.close()
    this.#tables.delete(store)
    this.#damaged.delete(store)
  }

  /** Gives all files of all tables a second name below `into`, with manifests of their own. */
  async freeze(into: string): Promise<void> {
    await this.#reopen()
    for (const table of [...this.#tables.values()]) {
      await this.#guarded(table, async () => {
        await table.roll()
        await table.link(`${into}/${table.state.store}`)
      })
    }
    if (this.#cursor !== undefined) await this.#writeCursor(into, this.#cursor)
  }

  async close(): Promise<void> {
    for (const table of this.#tables.values()) await table.close()
    this.#tables.clear()
  }

  #take(batch: LakeBatch): PreparedRows {
    const rows = this.#free.pop() ?? new TakenRows()
    rows.clear()
    const notRecords = batch.events.filter((event) => !this.#takeOne(event, rows)).map(({ position }) => position)
    return { batch, rows, notRecords }
  }

  /** Adds the event's row to those of the tables that take it and do not have it. False when it is no record. */
  #takeOne(event: LakeEvent, rows: TakenRows): boolean {
    const takers = this.#takers(event)
    if (takers === undefined) return false
    const lacking = takers.filter(({ id }) => !this.#damaged.has(id) && event.position >= this.#nextOf(id))
    return rows.add(event, lacking)
  }

  /** Whether a table has become complete, since rows were made for it, up to behind some of them. */
  #hasSome(rows: TakenRows): boolean {
    return rows.tables().some(({ store, first }) => this.#nextOf(store) > first)
  }

  #nextOf(store: string): number {
    return this.#tables.get(store)?.state.next ?? 0
  }

  /** `undefined` when nobody can tell, since it is no record. */
  #takers(event: LakeEvent): readonly Taker[] | undefined {
    const rules = this.#selector(event.rules)
    if (event.store !== undefined) {
      const taker = rules.find(event.store)
      return taker === undefined ? [] : [taker]
    }
    const selectable = this.#glance(event.bytes)?.selectable
    if (selectable === undefined) return undefined
    const before = rules.match(event, selectable)
    if (event.rulesAfter === undefined || event.rulesAfter.number === event.rules.number) return before
    const after = this.#selector(event.rulesAfter).match(event, selectable)
    return [...before, ...after.filter(({ id }) => !before.some((one) => one.id === id))]
  }

  #selector(rules: RuleSet): StoreSelector {
    let selector = this.#selectors.get(rules.number)
    if (selector === undefined) {
      selector = createStoreSelector(rules)
      if (this.#selectors.size >= ruleSetsMax) this.#selectors.clear()
      this.#selectors.set(rules.number, selector)
    }
    return selector
  }

  async #create(table: {
    readonly store: string
    readonly kind: LakeTableKind
    readonly next: Position
  }): Promise<TableWriter> {
    try {
      const writer = await TableWriter.create(this.#disk, `${this.#folder}/${table.store}`, table)
      this.#tables.set(table.store, writer)
      return writer
    } catch (error) {
      throw asFault(error)
    }
  }

  async #open(store: string): Promise<void> {
    try {
      this.#tables.set(store, await TableWriter.open(this.#disk, `${this.#folder}/${store}`))
    } catch (error) {
      if (!(error instanceof Fault) && errorCode(error) !== 'ENOENT') throw asFault(error)
      this.#condemn(store, error)
    }
  }

  #condemn(store: string, error: unknown): void {
    const problem = error instanceof Fault ? (error.fields.problem ?? error.fields.reason ?? error.message) : error
    this.#damaged.set(store, String(problem))
  }

  /** After a failure a table is what its files say. */
  async #reopen(): Promise<void> {
    for (const store of this.#closed) {
      await this.#open(store)
      this.#closed.delete(store)
    }
  }

  async #guarded<Result>(table: TableWriter, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      const { store } = table.state
      this.#tables.delete(store)
      this.#closed.add(store)
      await table.close().catch(() => undefined)
      throw asFault(error)
    }
  }
}

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error
  const reason = error instanceof Error ? error.message : String(error)
  return isNoSpace(error)
    ? new Fault('lake.disk-full', 'a file of the lake could not be written', { reason }, { cause: error })
    : new Fault('lake.files-failed', 'files of the lake could not be written', { reason }, { cause: error })
}

async function readCursor(disk: Disk, folder: string): Promise<Position | undefined> {
  if (!(await disk.list(folder)).includes(cursorName)) return undefined
  const file = await disk.open(`${folder}/${cursorName}`, 'read')
  try {
    return Number((await readRange(file, 0, await file.size())).toString()) as Position
  } finally {
    await file.close()
  }
}
