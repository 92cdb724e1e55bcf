import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasEnded, type LakeQuery } from './query.ts'
import { type ResultBlock, type ResultRow, readResult, resultRows } from './result-file.ts'

/*
 * One folder for each query:
 *
 *     <id>/query.json   the record with the result's blocks: written when the query comes in, and when it ended
 *     <id>/rows.zst     its result, result-file.ts
 *
 * A restart finds a record that has not ended and ends it: its process is gone and its rows have no end.
 */

/** What is in memory of every query that is kept. */
export type QuerySummary = Pick<LakeQuery, 'id' | 'account' | 'region' | 'stores' | 'state' | 'createdAtMs'> & {
  /** On disk. */
  readonly bytes: number
}

interface StoredQuery extends LakeQuery {
  readonly format: 1
  readonly blocks: readonly ResultBlock[]
}

export interface QueryRecords {
  /** Newest first. */
  summaries(): readonly QuerySummary[]
  find(id: string): QuerySummary | undefined
  /** Where the query's rows go. */
  resultPath(id: string): string
  /** Keeps the record durably; `blocks` once the result is whole. */
  save(query: LakeQuery, blocks?: readonly ResultBlock[]): Promise<void>
  read(id: string): Promise<LakeQuery | undefined>
  rows(id: string, from: number, rowsMax: number, charsMax: number): Promise<readonly ResultRow[]>
  allRows(id: string): AsyncIterable<readonly ResultRow[]>
  remove(id: string): Promise<void>
}

/** Why a query that the server took down with it did not finish. */
export const interrupted = 'The query was interrupted because the service was restarted. Run it again.'

/** Opens the folder and ends what a crash left open. */
export async function openQueryRecords(folder: string, nowMs: number): Promise<QueryRecords> {
  const kept = new Map<string, QuerySummary>()
  const pathOf = (id: string, name: string) => join(folder, id, name)

  async function load(id: string): Promise<StoredQuery | undefined> {
    try {
      const stored = JSON.parse(await readFile(pathOf(id, 'query.json'), 'utf8')) as StoredQuery
      return stored.format === 1 && stored.id === id ? stored : undefined
    } catch {
      return undefined
    }
  }

  async function save(query: LakeQuery, blocks: readonly ResultBlock[] = []): Promise<void> {
    const stored: StoredQuery = { format: 1, ...query, blocks }
    const text = JSON.stringify(stored)
    await mkdir(join(folder, query.id), { recursive: true, mode: 0o700 })
    const path = pathOf(query.id, 'query.json')
    const file = await open(`${path}.new`, 'w', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${path}.new`, path)
    keep(stored, text.length + (blocks.length === 0 ? 0 : await bytesOf(pathOf(query.id, 'rows.zst'))))
  }

  function keep({ id, account, region, stores, state, createdAtMs }: LakeQuery, bytes: number): void {
    kept.set(id, { id, account, region, stores, state, createdAtMs, bytes })
  }

  async function recover(id: string): Promise<void> {
    const stored = await load(id)
    if (stored === undefined) return rm(join(folder, id), { recursive: true, force: true })
    const { format: _, blocks, ...query } = stored
    const ended = endedAtRestart(query, nowMs)
    if (!hasEnded(query)) await rm(pathOf(id, 'rows.zst'), { force: true })
    if (ended !== query) return save(ended, hasEnded(query) ? blocks : [])
    keep(query, await bytesOf(pathOf(id, 'rows.zst')))
  }

  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const id of await readdir(folder)) await recover(id)

  return {
    summaries: () => [...kept.values()].sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? -1 : 1)),
    find: (id) => kept.get(id),
    resultPath: (id) => pathOf(id, 'rows.zst'),
    save,
    async read(id) {
      const stored = kept.has(id) ? await load(id) : undefined
      if (stored === undefined) return undefined
      const { format: _, blocks: __, ...query } = stored
      return query
    },
    async rows(id, from, rowsMax, charsMax) {
      const { blocks = [] } = (await load(id)) ?? {}
      return blocks.length === 0 ? [] : readResult(pathOf(id, 'rows.zst'), blocks, from, rowsMax, charsMax)
    },
    async *allRows(id) {
      const { blocks = [] } = (await load(id)) ?? {}
      if (blocks.length > 0) yield* resultRows(pathOf(id, 'rows.zst'), blocks)
    },
    async remove(id) {
      if (!kept.delete(id)) return
      await rm(join(folder, id), { recursive: true, force: true })
    },
  }
}

/** The same query when it had ended, delivery included. */
function endedAtRestart(query: LakeQuery, nowMs: number): LakeQuery {
  if (!hasEnded(query)) {
    const delivery = query.delivery && { delivery: { ...query.delivery, state: 'CANCELLED' as const } }
    return { ...query, state: 'FAILED', error: interrupted, endedAtMs: nowMs, rows: 0, ...delivery }
  }
  if (query.delivery?.state !== 'PENDING') return query
  return { ...query, delivery: { ...query.delivery, state: 'UNKNOWN' } }
}

async function bytesOf(path: string): Promise<number> {
  const facts = await stat(path).catch(() => undefined)
  return facts?.size ?? 0
}
