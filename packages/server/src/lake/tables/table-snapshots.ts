import { Fault } from '../../fault.ts'
import type { LakeFiles, TableState } from '../../ports/lake-files.ts'
import type { EventDataStoreId, EventDataStoreKind } from '../stores/index.ts'
import type { LakeTables, TableSnapshot } from './lake-tables.ts'

/** Hands out tables as they are, and keeps their files while somebody reads them. */
export interface TableSnapshots extends LakeTables {
  /** Removes files that have left their table, now or when the last reader is gone. */
  retire(store: string, files: readonly string[]): Promise<void>
}

export interface SnapshotOptions {
  readonly files: LakeFiles
  /** Kind of a store that has no table yet; `undefined` when there is no such store. */
  kindOf(store: string): EventDataStoreKind | undefined
}

export function createTableSnapshots({ files, kindOf }: SnapshotOptions): TableSnapshots {
  /** Readers of each file, by absolute path. */
  const readers = new Map<string, number>()
  /** What goes with its last reader. */
  const retired = new Map<string, { readonly store: string; readonly file: string }>()

  function release(paths: readonly string[]): void {
    for (const path of paths) {
      const left = (readers.get(path) ?? 1) - 1
      if (left > 0) readers.set(path, left)
      else {
        readers.delete(path)
        const gone = retired.get(path)
        retired.delete(path)
        // What cannot be removed now is in no table, and goes at the next start.
        if (gone !== undefined) void files.remove(gone.store, [gone.file]).catch(() => undefined)
      }
    }
  }

  function snapshotOf(state: TableState): TableSnapshot {
    const { kind, parts, sealed } = state
    const path = (file: string): string => files.pathOf(state.store, file)
    const parquet = parts.map(({ file, sha256: _, ...part }) => ({ path: path(file), ...part }))
    const lines = sealed.map(({ file }) => path(file))
    const pinned = [...parquet.map((part) => part.path), ...lines]
    for (const one of pinned) readers.set(one, (readers.get(one) ?? 0) + 1)
    let isReleased = false
    return {
      store: state.store as EventDataStoreId,
      kind,
      parquet,
      lines,
      rows: sum([...parts, ...sealed].map(({ rows }) => rows)),
      bytes: sum([...parts, ...sealed].map(({ bytes }) => bytes)),
      release() {
        if (isReleased) return
        isReleased = true
        release(pinned)
      },
    }
  }

  return {
    async snapshot(store) {
      const problem = files.damaged().get(store)
      if (problem !== undefined) throw new Fault('lake.table-damaged', 'a table cannot be read', { store, problem })
      if (files.tables().get(store)?.tail !== undefined) await files.roll(store)
      const state = files.tables().get(store)
      if (state !== undefined) return snapshotOf(state)
      const kind = kindOf(store)
      if (kind === undefined) throw new Fault('lake.no-such-store', 'there is no such event data store', { store })
      return { store, kind, parquet: [], lines: [], rows: 0, bytes: 0, release() {} }
    },
    async retire(store, names) {
      const free: string[] = []
      for (const file of names) {
        const path = files.pathOf(store, file)
        if (readers.has(path)) retired.set(path, { store, file })
        else free.push(file)
      }
      await files.remove(store, free)
    },
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
