import { type Buckets, defaultRetention, withRetention } from '../../buckets/index.ts'
import { Fault } from '../../fault.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ResultRow } from '../../ports/lake-results.ts'
import type { DeliverableResult, DeliveryState, LakeQuery } from '../queries/index.ts'
import { athenaCsvLine } from './athena-csv.ts'

/** Where results go: `<prefix>/<id of the query>.csv`, lists of names into `.txt`. */
export interface CsvPlace {
  readonly bucket: string
  readonly prefix?: string
}

/** Puts the CSV of a result where its caller wants it. */
export function createDeliverCsv({
  buckets,
  clock,
}: {
  readonly buckets: Pick<Buckets, 'find' | 'objects'>
  readonly clock: Clock
}): (place: CsvPlace, result: DeliverableResult) => Promise<DeliveryState> {
  return async ({ bucket: name, prefix }, { query, rows }) => {
    const bucket = buckets.find(name)
    if (bucket === undefined) return 'RESOURCE_NOT_FOUND'
    try {
      await buckets.objects.put({
        bucket: name,
        key: `${prefix === undefined ? '' : `${prefix}/`}${resultFileOf(query)}`,
        headers: { 'content-type': 'application/octet-stream' },
        body: csvOf(query, rows),
        attributes: withRetention(defaultRetention(bucket.lock, clock.nowMs())),
        keepsVersions: bucket.versioning === 'Enabled',
        writtenBy: `athena-${query.id}`,
      })
      return 'SUCCESS'
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return error.code === 'object.no-such-bucket' ? 'RESOURCE_NOT_FOUND' : 'FAILED'
    }
  }
}

/** @source Athena User Guide, "Work with query results": utility statements leave text */
export function resultFileOf({ id, athena }: Pick<LakeQuery, 'id' | 'athena'>): string {
  return `${id}.${athena?.utility === undefined ? 'csv' : 'txt'}`
}

async function* csvOf(
  { columns, athena }: LakeQuery,
  rows: AsyncIterable<readonly ResultRow[]>,
): AsyncGenerator<Uint8Array> {
  if (athena?.utility !== undefined) {
    for await (const some of rows) yield Buffer.from(some.map((row) => `${row.join('\t')}\n`).join(''))
    return
  }
  if (columns.length > 0) yield Buffer.from(athenaCsvLine(columns))
  for await (const some of rows) yield Buffer.from(some.map(athenaCsvLine).join(''))
}
