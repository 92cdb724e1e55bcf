import type { QueryRecords, QuerySummary } from './query-records.ts'

/** @source CloudTrail API Reference: results and history of queries are kept for seven days */
const keptMs = 7 * 86_400_000

/** Records are small, and finding one is a look into memory; a query a minute for a week is half of this. */
const recordsMax = 20_000

/**
 * Forgets what is older than seven days; and, from the oldest on, what is too much for the room there is, telling each.
 * Those in use stay.
 */
export async function forgetQueries(
  records: QueryRecords,
  options: {
    readonly nowMs: number
    /** For all results together. */
    readonly bytesMax: number
    isInUse(id: string): boolean
    evicted(query: QuerySummary): void
  },
): Promise<void> {
  let room = options.bytesMax
  for (const [nth, query] of records.summaries().entries()) {
    if (options.isInUse(query.id)) continue
    room -= query.bytes
    const isOld = query.createdAtMs < options.nowMs - keptMs
    if (!isOld && nth < recordsMax && room >= 0) continue
    if (!isOld) options.evicted(query)
    await records.remove(query.id)
  }
}
