import type { DatabaseSync } from 'node:sqlite'
import type { EventKey, Recognition } from '../../ports/history-index.ts'
import { contentBits, eventIdKey } from './event-id.ts'
import { decodeRun, type IdRun, idsBetween } from './id-run.ts'

/** Finds events by their ids, in `ids` and in the runs on their way there. */
export interface IdReader {
  /** Where events of this id may stand. */
  positionsOf(account: string, eventId: string): readonly number[]
  recognise(keys: readonly EventKey[]): Recognition[]
}

const noHash = new Uint8Array(8)

/** Copies of one event id that are looked at: it should be one, and an import may bring another version. */
const positionsMax = 1_000

export function createIdReader(database: DatabaseSync): IdReader {
  const positions = database.prepare('SELECT position FROM ids WHERE key = ? LIMIT ?')
  const contents = database.prepare('SELECT max(content = ?) AS same FROM ids WHERE key = ?')
  const numbers = database.prepare('SELECT number FROM id_runs')
  const readRun = database.prepare('SELECT ids FROM id_runs WHERE number = ?')
  let runs = new Map<number, IdRun>()

  /** Runs never change. To be asked before `ids`: what a run is dropped for is there by then. */
  const presentRuns = (): readonly IdRun[] => {
    const present = new Map<number, IdRun>()
    for (const { number } of numbers.all() as { number: number }[]) {
      const blob = runs.has(number) ? undefined : readRun.get(number)?.ids
      const run = blob instanceof Uint8Array ? decodeRun(blob) : runs.get(number)
      if (run !== undefined) present.set(number, run)
    }
    runs = present
    return [...present.values()]
  }

  const recogniseOne = (key: EventKey, present: readonly IdRun[]): Recognition => {
    const idKey = eventIdKey(key.account, key.eventId, key.contentHash)
    const content = contentBits(key.contentHash)
    let isThere = false
    for (const run of present) {
      for (const id of idsBetween(run, idKey, idKey + 1)) {
        if (id.content === content) return 'same'
        isThere = true
      }
    }
    const same = contents.get(content, idKey)?.same
    return same === 1 ? 'same' : same === 0 || isThere ? 'other' : 'new'
  }

  return {
    positionsOf(account, eventId) {
      const key = eventIdKey(account, eventId, noHash)
      const found = new Set<number>()
      for (const run of presentRuns()) for (const { position } of idsBetween(run, key, key + 1)) found.add(position)
      for (const { position } of positions.all(key, positionsMax) as { position: number }[]) found.add(position)
      return [...found].slice(0, positionsMax)
    },
    recognise(keys) {
      const present = presentRuns()
      return keys.map((key) => recogniseOne(key, present))
    },
  }
}
