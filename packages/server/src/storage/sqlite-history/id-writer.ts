import type { DatabaseSync } from 'node:sqlite'
import { decodeRun, encodeRun, type IdRun, type IndexedId, idsBetween } from './id-run.ts'

/**
 * Adds ids to the index.
 *
 * Keys are hashes, so each id of a batch belongs on another page of `ids`: beyond a few hundred thousand events, writing
 * a page for each would cost more than all the rest. A large batch is therefore kept as a run, in one piece. The space of
 * keys has 16 slices; for every 8,192 ids that come, the next slice of all runs goes to `ids`, where it makes a stretch
 * of neighbouring pages. When each slice had its turn, a run is dropped. So its ids are in the run, in `ids`, or in both.
 */
export interface IdWriter {
  add(ids: IdRun): void
  /** Moves all runs to `ids`. */
  settle(): void
  /** Forgets what it knows of runs, after a transaction that was rolled back. */
  reload(): void
}

const slices = 16
const idsPerSlice = 8_192

/** Smaller batches go to `ids` at once: many small runs would have to be searched one by one. */
const runIdsMin = 1_024

const keysMax = 2 ** 48

interface KeptRun {
  readonly number: number
  /** Slices merged before it came. */
  readonly since: number
  readonly ids: IdRun
}

export function createIdWriter(database: DatabaseSync): IdWriter {
  const put = database.prepare('INSERT INTO ids VALUES (?, ?, ?)')
  const putRun = database.prepare('INSERT INTO id_runs (since, ids) VALUES (?, ?)')
  const removeRun = database.prepare('DELETE FROM id_runs WHERE number = ?')
  const readRuns = database.prepare('SELECT number, since, ids FROM id_runs ORDER BY number')
  const readMerged = database.prepare("SELECT value FROM meta WHERE name = 'slices'")
  const putMerged = database.prepare("INSERT OR REPLACE INTO meta VALUES ('slices', ?)")
  let runs: KeptRun[] = []
  let merged = 0
  let waiting = 0

  const reload = (): void => {
    const rows = readRuns.all() as unknown as { number: number; since: number; ids: Uint8Array }[]
    runs = rows.map(({ number, since, ids }) => ({ number, since, ids: decodeRun(ids) }))
    merged = Number(readMerged.get()?.value ?? 0)
    waiting = 0
  }

  const putAll = (ids: Iterable<IndexedId>): void => {
    for (const { key, position, content } of ids) put.run(key, position, content)
  }

  const mergeSlice = (): void => {
    const from = ((merged % slices) * keysMax) / slices
    const ids = runs.flatMap((run) => [...idsBetween(run.ids, from, from + keysMax / slices)])
    putAll(ids.sort((a, b) => a.key - b.key))
    merged += 1
    putMerged.run(merged)
    runs = runs.filter(({ number, since }) => {
      if (merged - since < slices) return true
      removeRun.run(number)
      return false
    })
  }

  reload()
  return {
    add(run) {
      const { length } = run.keys
      if (length < runIdsMin) return putAll(idsBetween(run, 0, keysMax))
      const number = Number(putRun.run(merged, encodeRun(run)).lastInsertRowid)
      runs.push({ number, since: merged, ids: run })
      for (waiting += length; waiting >= idsPerSlice; waiting -= idsPerSlice) mergeSlice()
    },
    settle() {
      while (runs.length > 0) mergeSlice()
    },
    reload,
  }
}
