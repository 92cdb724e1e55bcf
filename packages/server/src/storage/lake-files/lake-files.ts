import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Fault } from '../../fault.ts'
import type { Position } from '../../ports/event-log.ts'
import type { LakeBatch, LakeFiles, PreparedBatch, TableState, Written } from '../../ports/lake-files.ts'
import { packEvents } from './packed-events.ts'
import { dayPrefix, droppedSuffix } from './table-writer.ts'
import type { LakeNews, LakeOrder, PackedEvents } from './worker-messages.ts'
import { createWriterThread } from './writer-thread.ts'

/**
 * Opens the tables in a folder, which is made when it is needed; a thread of its own writes them, from the first that is
 * written on.
 */
export async function openLakeFiles({ folder }: { readonly folder: string }): Promise<LakeFiles> {
  const tables = new Map<string, TableState>()
  let damaged: ReadonlyMap<string, string> = new Map()
  let cursor: Position | undefined
  /** Rule sets that the thread has. */
  let known: { readonly life: number; readonly rules: Set<number> } = { life: 0, rules: new Set() }
  let batches = 0
  /** In which life of the thread each was handed over. */
  const lifeOf = new WeakMap<PreparedBatch, number>()
  const frozen = join(folder, 'frozen')
  let freezes = 0
  const names = await readdir(folder).catch((): string[] => [])
  const left = names.filter((name) => name === basename(frozen) || name.endsWith(droppedSuffix))
  for (const name of left) await rm(join(folder, name), { recursive: true })
  for (const name of names) if (!left.includes(name)) await removeEmptyDays(join(folder, name))
  const thread = createWriterThread(folder, (news) => {
    cursor = news.cursor
    damaged = news.damaged
    for (const { parts, ...state } of news.tables)
      tables.set(state.store, { ...state, parts: parts ?? tables.get(state.store)?.parts ?? [] })
    for (const store of [...news.dropped, ...news.damaged.keys()]) tables.delete(store)
  })
  // Most installations have no event data store, and should not wait for a thread that has nothing to open.
  if (names.length > left.length) await thread.start()
  const ask = (order: LakeOrder, transfer: ArrayBuffer[] = []): Promise<LakeNews> => thread.ask(order, transfer)

  function pack(batch: LakeBatch, life: number): PackedEvents {
    if (life !== known.life) known = { life, rules: new Set() }
    const events = packEvents(batch, (number) => known.rules.has(number))
    for (const { number } of events.ruleSets) known.rules.add(number)
    return events
  }

  return {
    cursor: () => cursor,
    tables: () => tables,
    damaged: () => damaged,
    pathOf: (store, file) => join(folder, store, file),
    async prepare(batch) {
      const life = await thread.start()
      const events = pack(batch, life)
      batches += 1
      const prepared = { number: batches }
      lifeOf.set(prepared, life)
      // What fails of it is told when it is to be written.
      ask({ kind: 'prepare', number: batches, events }, [events.bytes]).catch(() => undefined)
      return prepared
    },
    async write(batch) {
      const { number } = batch
      // A thread that was started since has nothing of it.
      if (lifeOf.get(batch) !== (await thread.start()))
        throw new Fault('lake.files-failed', 'the thread that had the events ended', { number })
      const { written } = await ask({ kind: 'write', number })
      return written ?? nothing
    },
    async mark(next) {
      await ask({ kind: 'mark', next })
    },
    async roll(store) {
      await ask({ kind: 'roll', store })
      return tables.get(store)
    },
    async replace(store, change) {
      await ask({ kind: 'replace', store, change })
      const state = tables.get(store)
      if (state === undefined) throw new Fault('lake.files-failed', 'a table did not answer', { store })
      return state
    },
    async drop(store) {
      await ask({ kind: 'drop', store })
      const dropped = join(folder, `${store}${droppedSuffix}`)
      // Removed file by file it would look like a table that is damaged, if a crash came between.
      await rename(join(folder, store), dropped)
      await rm(dropped, { recursive: true })
    },
    async remove(store, files) {
      await Promise.all(files.map((file) => rm(join(folder, store, file), { force: true })))
    },
    async freeze() {
      freezes += 1
      const into = join(frozen, String(freezes))
      const remove = () => rm(into, { recursive: true, force: true })
      await mkdir(into, { recursive: true, mode: 0o700 })
      try {
        await ask({ kind: 'freeze', into })
      } catch (error) {
        await remove()
        throw error
      }
      return { folder: into, [Symbol.asyncDispose]: remove }
    },
    [Symbol.asyncDispose]: thread.end,
  }
}

/**
 * Retention and merging leave folders of days without files. They go at the start, when nobody is about to write into
 * one: a day can come back with a late event.
 */
async function removeEmptyDays(table: string): Promise<void> {
  const entries = await readdir(table).catch((): string[] => [])
  const days = entries.filter((name) => name.startsWith(dayPrefix))
  // A folder that has files stays, which the system sees to.
  await Promise.all(days.map((name) => rmdir(join(table, name)).catch(() => undefined)))
}

const nothing: Written = { rows: 0, bytes: 0, notRecords: [] }
