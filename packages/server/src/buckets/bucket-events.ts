import { Fault } from '../fault.ts'
import type { Catalog, CatalogDraft } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { VersionedObjectStore } from '../ports/object-store.ts'
import { letsServiceSend, type Queue, type Queues } from '../queues/index.ts'
import { type Bucket, bucketArn, type QueueNotification } from './bucket.ts'
import { canonicalId } from './canonical-id.ts'
import { type ComingEvent, createNotices } from './notices.ts'
import type { ObjectEvent } from './object-event.ts'

export interface BucketEvents {
  /**
   * Does what changes an object and tells the queues that asked for it: at least once, also when the process dies at any
   * moment, and whoever hears that the change was made can rely on it. `eventOf` says what happened, if anything did.
   */
  around<Result>(
    bucket: Bucket,
    coming: ComingEvent,
    change: () => Promise<Result>,
    eventOf: (result: Result) => Pick<ObjectEvent, 'size' | 'etag' | 'versionId'> | undefined,
  ): Promise<Result>
  /** Tells of what the last process was about to do, and did, and did not tell of. */
  settle(objects: VersionedObjectStore, find: (bucket: string) => Bucket | undefined): Promise<void>
  /**
   * Tells the queues that asked for it. Never fails what it tells of: a queue that is gone, full or does not let us in
   * is not told, and that is told to the operator.
   */
  announce(bucket: Bucket, event: ObjectEvent): Promise<void>
  /** What is wrong with a queue as the destination of a bucket; `undefined` when nothing is. */
  destinationProblem(bucket: Bucket, queueArn: string): string | undefined
  /** Sends what S3 sends to a new destination. */
  test(bucket: Bucket, queueArn: string, requestId: string): Promise<void>
}

export interface BucketEventTelemetry {
  /** A queue that was to be told is not. */
  queueNotTold(facts: { readonly bucket: string; readonly queue: string; readonly error: unknown }): void
}

const principal = 's3.amazonaws.com'
const noCause = { intentId: undefined }

export function createBucketEvents(options: {
  readonly queues: Pick<Queues, 'find' | 'send'>
  readonly catalog: Catalog
  readonly partition: string
  readonly clock: Clock
  readonly ids: Ids
  readonly telemetry: BucketEventTelemetry
}): BucketEvents {
  const { queues, partition, clock, ids, telemetry } = options
  const notices = createNotices(options)
  let lastSequence = 0

  function destination(bucket: Bucket, queueArn: string): Queue {
    const [, , service, region = '', account = '', name = ''] = queueArn.split(':')
    const queue = service === 'sqs' ? queues.find({ account, region, name }) : undefined
    if (queue === undefined) throw new Fault('queue.missing', 'the queue does not exist', { queue: queueArn })
    const source = { principal, sourceArn: bucketArn(partition, bucket.name), sourceAccount: bucket.account }
    if (!letsServiceSend(queue, source))
      throw new Fault('queue.refused', "the queue's policy refuses", { queue: queueArn })
    return queue
  }

  async function send(
    bucket: Bucket,
    queueArn: string,
    body: object,
    also?: (draft: CatalogDraft) => void,
  ): Promise<void> {
    const queue = destination(bucket, queueArn)
    await queues.send(noCause, queue, [{ body: JSON.stringify(body), senderId: principal }], also)
  }

  /** Tells each queue; with the last message the notice goes, if any, and at the latest then. */
  async function tell(bucket: Bucket, event: ObjectEvent, noticeId?: string): Promise<void> {
    const wanting = wantingOf(bucket, event)
    const sequence = sequencer()
    const forget = noticeId === undefined ? undefined : (draft: CatalogDraft) => notices.forgetIn(draft, noticeId)
    let isForgotten = forget === undefined
    for (const [index, { id, queueArn }] of wanting.entries()) {
      const record = recordOf(bucket, event, { id, sequence, partition, nowMs: clock.nowMs(), hostId: hostId(ids) })
      const isLast = index === wanting.length - 1
      try {
        await send(bucket, queueArn, { Records: [record] }, isLast ? forget : undefined)
        isForgotten ||= isLast
      } catch (error) {
        telemetry.queueNotTold({ bucket: bucket.name, queue: queueArn, error })
      }
    }
    if (!isForgotten && noticeId !== undefined) await notices.forget(noticeId)
  }

  /** Grows from event to event, so that readers can order those of one key. */
  function sequencer(): string {
    lastSequence = Math.max(clock.nowMs() * 4096, lastSequence + 1)
    return lastSequence.toString(16).toUpperCase().padStart(18, '0')
  }

  return {
    async around(bucket, coming, change, eventOf) {
      const isWanted = wantingOf(bucket, coming).length > 0
      const noticeId = isWanted ? await notices.note(bucket.name, coming) : undefined
      let result: Awaited<ReturnType<typeof change>>
      try {
        result = await change()
      } catch (error) {
        // What is left of it is judged at the next start, should this fail too.
        if (noticeId !== undefined) await notices.forget(noticeId).catch(() => undefined)
        throw error
      }
      if (noticeId === undefined) return result
      const facts = eventOf(result)
      const { writtenBy: _, ...event } = coming
      if (facts === undefined) await notices.forget(noticeId)
      else await tell(bucket, { ...event, ...facts }, noticeId)
      return result
    },
    async settle(objects, find) {
      for await (const { id, bucket: name, event } of notices.left(objects)) {
        const bucket = find(name)
        if (bucket === undefined || event === undefined) await notices.forget(id)
        else await tell(bucket, event, id)
      }
    },
    announce: (bucket, event) => tell(bucket, event),
    destinationProblem(bucket, queueArn) {
      if (queueArn.split(':')[3] !== bucket.region) {
        return 'The notification destination service region is not valid for the bucket location constraint'
      }
      try {
        destination(bucket, queueArn)
        return undefined
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        return 'Unable to validate the following destination configurations'
      }
    },
    async test(bucket, queueArn, requestId) {
      const Time = new Date(clock.nowMs()).toISOString()
      const facts = { Time, Bucket: bucket.name, RequestId: requestId, HostId: hostId(ids) }
      await send(bucket, queueArn, { Service: 'Amazon S3', Event: 's3:TestEvent', ...facts })
    },
  }
}

function wantingOf({ notifications = [] }: Bucket, event: Pick<ObjectEvent, 'name' | 'key'>) {
  return notifications.filter((one) => wants(one, event))
}

/** Whether a notification is for an event: its name, with `*` for any of a kind, and both ends of the key. */
export function wants(
  { events, prefix = '', suffix = '' }: QueueNotification,
  { name, key }: Pick<ObjectEvent, 'name' | 'key'>,
): boolean {
  const isNamed = events.some((one) =>
    one.endsWith('*') ? `s3:${name}`.startsWith(one.slice(0, -1)) : one === `s3:${name}`,
  )
  return isNamed && key.startsWith(prefix) && key.endsWith(suffix)
}

/** @source Amazon S3 User Guide, event message structure, version 2.1 */
function recordOf(
  bucket: Bucket,
  event: ObjectEvent,
  facts: {
    readonly id: string
    readonly sequence: string
    readonly partition: string
    readonly nowMs: number
    readonly hostId: string
  },
): object {
  const { name, key, size, etag, versionId, by } = event
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: new Date(facts.nowMs).toISOString(),
    eventName: name,
    userIdentity: { principalId: by.principalId },
    requestParameters: { sourceIPAddress: by.sourceIp },
    responseElements: { 'x-amz-request-id': by.requestId, 'x-amz-id-2': facts.hostId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: facts.id,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: canonicalId(bucket.account) },
        arn: bucketArn(facts.partition, bucket.name),
      },
      object: {
        key: formEncoded(key),
        ...(size !== undefined && { size }),
        ...(etag !== undefined && { eTag: etag.replaceAll('"', '') }),
        ...(bucket.versioning !== undefined && versionId !== undefined && { versionId }),
        sequencer: facts.sequence,
      },
    },
  }
}

/** Keys are encoded like the values of a form: a blank is a plus, slashes stay. */
function formEncoded(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replace(/[!'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function hostId(ids: Ids): string {
  return Buffer.from(ids.bytes(48)).toString('base64')
}
