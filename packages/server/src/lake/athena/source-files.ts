import type { PartitionValues, TableUse } from '@cairn/core/query'
import type { Buckets } from '../../buckets/index.ts'
import { daysOf, isFile, isWithin, pages } from '../../capture/store-imports/index.ts'
import type { EventLog } from '../../ports/event-log.ts'
import type { QueriedFile } from '../files/index.ts'

/** Files of log records by their names; beside them lie digests, which hold none. */
const logFile = /\.json(\.gz|\.zst)?$|\.gz$/
const besideLogs = /(^|\/)CloudTrail-(Digest|Insight|Lake)\//

/** The log files below a prefix that can hold events of a time, and of the folders that `region` and `account` name. */
export async function* bucketFiles(
  { objects }: Pick<Buckets, 'objects'>,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  { eventTime: { fromMs, toMs }, partitions }: Pick<TableUse, 'eventTime' | 'partitions'>,
  signal: AbortSignal,
): AsyncGenerator<QueriedFile> {
  const days = daysOf({
    ...(fromMs !== undefined && { sinceMs: fromMs }),
    ...(toMs !== undefined && { untilMs: toMs }),
  })
  for await (const page of pages(objects, { bucket, prefix })) {
    for (const head of page.objects) {
      signal.throwIfAborted()
      const { key } = head
      if (!isFile(head) || !logFile.test(key) || besideLogs.test(key)) continue
      if (!isWithin(key, days) || !isInPartitions(key, partitions)) continue
      const opened = await objects.open(bucket, key)
      if (opened === undefined) continue
      const pieces = await Array.fromAsync(opened.read())
      yield { name: `s3://${bucket}/${key}`, bytes: new Uint8Array(Buffer.concat(pieces)) }
    }
  }
}

/** What does not lie as CloudTrail lays it may be of any account and region. */
function isInPartitions(key: string, partitions: PartitionValues): boolean {
  const folders =
    /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?(?<account>\d{12})\/CloudTrail\/(?<region>[a-z0-9-]+)\/\d{4}\//.exec(key)
  return Object.entries(partitions).every(([name, values]) => {
    const value = folders?.groups?.[name]
    return value === undefined || values.includes(value)
  })
}

/** Records that go to a scanning thread at once. */
const chunkBytesMax = 4 * 1024 * 1024

/** The account's events in the log, as files in AWS's form. */
export async function* historyFiles(
  log: Pick<EventLog, 'read' | 'bounds' | 'after'>,
  account: string,
  signal: AbortSignal,
): AsyncGenerator<QueriedFile> {
  const { first, end } = log.bounds()
  for (let position = first; position < end; ) {
    signal.throwIfAborted()
    const frames = await log.read(position, chunkBytesMax)
    const last = frames.at(-1)
    if (last === undefined) return
    position = log.after(last.position)
    const records = frames.flatMap((frame) =>
      frame.kind === 'event' && frame.account === account && frame.audience.kind !== 'store' ? [frame.bytes] : [],
    )
    if (records.length === 0) continue
    const parts = records.flatMap((bytes, at) => (at === 0 ? [bytes] : [comma, bytes]))
    yield { name: `log at ${last.position}`, bytes: new Uint8Array(Buffer.concat([head, ...parts, tail])) }
  }
}

const head = Buffer.from('{"Records":[')
const comma = Buffer.from(',')
const tail = Buffer.from(']}')
