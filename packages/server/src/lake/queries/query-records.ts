import type { LakeResults } from '../../ports/lake-results.ts'
import { hasEnded, type LakeQuery } from './query.ts'

/** What is in memory of every query that is kept. */
export type QuerySummary = Pick<LakeQuery, 'id' | 'account' | 'region' | 'stores' | 'state' | 'createdAtMs'> & {
  readonly isAthena: boolean
  /** On disk. */
  readonly bytes: number
}

/** The records of queries: written when a query comes in, and when it has ended. */
export interface QueryRecords {
  /** Newest first. */
  summaries(): readonly QuerySummary[]
  save(query: LakeQuery): Promise<void>
  read(id: string): Promise<LakeQuery | undefined>
  remove(id: string): Promise<void>
}

/** Why a query that the server took down with it did not finish. */
export const interrupted = 'The query was interrupted because the service was restarted. Run it again.'

/** Reads what is kept and ends what a crash left open: its process is gone, and its rows have no end. */
export async function openQueryRecords(results: LakeResults, nowMs: number): Promise<QueryRecords> {
  const kept = new Map<string, QuerySummary>()

  function keep({ id, account, region, stores, state, createdAtMs, athena }: LakeQuery, bytes: number): void {
    kept.set(id, { id, account, region, stores, state, createdAtMs, isAthena: athena !== undefined, bytes })
  }

  async function save(query: LakeQuery): Promise<void> {
    keep(query, await results.save(query.id, query))
  }

  for (const { document, bytes } of await results.stored()) {
    const query = document as LakeQuery
    const ended = endedAtRestart(query, nowMs)
    if (ended === query) keep(query, bytes)
    else await save(ended)
  }

  return {
    summaries: () => [...kept.values()].sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? -1 : 1)),
    save,
    read: async (id) => (kept.has(id) ? ((await results.load(id)) as LakeQuery | undefined) : undefined),
    async remove(id) {
      if (kept.delete(id)) await results.remove(id)
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
