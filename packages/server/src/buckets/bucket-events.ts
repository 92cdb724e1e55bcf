import { Fault } from '../fault.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import { letsServiceSend, type Queue, type Queues } from '../queues/index.ts'
import { type Bucket, bucketArn } from './bucket.ts'
import { canonicalId } from './canonical-id.ts'

/** A queue that is told of what happens to objects. */
export interface QueueNotification {
  readonly id: string
  readonly queueArn: string
  /** `s3:ObjectCreated:Put`, `s3:ObjectCreated:*`. */
  readonly events: readonly string[]
  readonly prefix?: string
  readonly suffix?: string
}

export type ObjectEventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated'
  | 'LifecycleExpiration:Delete'
  | 'LifecycleExpiration:DeleteMarkerCreated'

/** Something that happened to an object. */
export interface ObjectEvent {
  readonly name: ObjectEventName
  readonly key: string
  readonly size?: number
  /** Quoted. */
  readonly etag?: string
  readonly versionId?: string
  /** Whose doing it was. */
  readonly by: { readonly principalId: string; readonly sourceIp: string; readonly requestId: string }
}

export interface BucketEvents {
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
  readonly partition: string
  readonly clock: Clock
  readonly ids: Ids
  readonly telemetry: BucketEventTelemetry
}): BucketEvents {
  const { queues, partition, clock, ids, telemetry } = options
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

  async function send(bucket: Bucket, queueArn: string, body: object): Promise<void> {
    const queue = destination(bucket, queueArn)
    await queues.send(noCause, queue, [{ body: JSON.stringify(body), senderId: principal }])
  }

  /** Grows from event to event, so that readers can order those of one key. */
  function sequencer(): string {
    lastSequence = Math.max(clock.nowMs() * 4096, lastSequence + 1)
    return lastSequence.toString(16).toUpperCase().padStart(18, '0')
  }

  return {
    async announce(bucket, event) {
      const wanting = (bucket.notifications ?? []).filter((one) => wants(one, event))
      if (wanting.length === 0) return
      const sequence = sequencer()
      for (const { id, queueArn } of wanting) {
        const record = recordOf(bucket, event, { id, sequence, partition, nowMs: clock.nowMs(), hostId: hostId(ids) })
        await send(bucket, queueArn, { Records: [record] }).catch((error: unknown) =>
          telemetry.queueNotTold({ bucket: bucket.name, queue: queueArn, error }),
        )
      }
    },
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

/** Whether a notification is for an event: its name, with `*` for any of a kind, and both ends of the key. */
export function wants({ events, prefix = '', suffix = '' }: QueueNotification, { name, key }: ObjectEvent): boolean {
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
