import { hash } from 'node:crypto'
import { buildRecord, type RecordDraft, serviceIdentity } from '@cairn/core/record'
import { type Bucket, bucketArn, encryptionHeader, keyIdHeader } from '../buckets/index.ts'
import type { Catalog } from '../ports/catalog.ts'
import type { EventLog } from '../ports/event-log.ts'
import { type TrailMatcher, trailEvent, trailKeyContext } from '../trails/index.ts'
import type { WrittenFile } from './deliver-claim.ts'

const service = 'cloudtrail.amazonaws.com'
const encoder = new TextEncoder()

/**
 * Records our own PutObject as the bucket's owner would see the real service's, where a trail of that account takes
 * such data events. Its ids follow from the object's name, so a delivery that is repeated after a crash tells of the
 * same event again, not of another one.
 */
export function createPutRecorder(options: {
  readonly log: EventLog
  readonly catalog: Catalog
  readonly matcher: TrailMatcher
  readonly findBucket: (name: string) => Bucket | undefined
}): (file: WrittenFile) => Promise<void> {
  const { log, catalog, matcher } = options
  return async (file) => {
    const bucket = options.findBucket(file.bucket)
    if (bucket === undefined) return
    const text = buildRecord(putDraft(file, bucket))
    const place = { account: bucket.account, region: bucket.region }
    const version = { catalogVersion: catalog.version }
    if (matcher.match(trailEvent(place, JSON.parse(text)), version).length === 0) return
    await log.append(
      [
        {
          kind: 'event',
          audience: { kind: 'live' },
          source: 'api',
          acceptedAtMs: file.confirmedAtMs,
          ...place,
          ...version,
          bytes: encoder.encode(text),
        },
      ],
      { reserved: true },
    )
  }
}

function putDraft(file: WrittenFile, bucket: Bucket): RecordDraft {
  const partition = file.trail.split(':')[1] ?? 'aws'
  const encryption = encryptionShown(file)
  return {
    userIdentity: serviceIdentity(service),
    eventTimeMs: file.storedAtMs,
    eventSource: 's3.amazonaws.com',
    eventName: 'PutObject',
    awsRegion: bucket.region,
    sourceIPAddress: service,
    userAgent: service,
    requestParameters: {
      bucketName: bucket.name,
      Host: `${bucket.name}.s3.${bucket.region}.amazonaws.com`,
      'x-amz-acl': 'bucket-owner-full-control',
      ...encryption,
      ...contextShown(file),
      key: file.key,
    },
    responseElements: encryption,
    additionalEventData: { bytesTransferredIn: file.compressedBytes, bytesTransferredOut: 0 },
    requestID: derivedId('request', file).replaceAll('-', '').slice(0, 16).toUpperCase(),
    eventID: derivedId('event', file),
    readOnly: false,
    resources: [
      { type: 'AWS::S3::Object', ARN: bucketArn(partition, bucket.name, file.key) },
      { accountId: bucket.account, type: 'AWS::S3::Bucket', ARN: bucketArn(partition, bucket.name) },
    ],
    managementEvent: false,
    recipientAccountId: bucket.account,
    sharedEventID: derivedId('shared', file),
    eventCategory: 'Data',
  }
}

function encryptionShown({ keyArn }: WrittenFile): Readonly<Record<string, string>> {
  if (keyArn === undefined) return { [encryptionHeader]: 'AES256' }
  return { [encryptionHeader]: 'aws:kms', [keyIdHeader]: keyArn }
}

/** The encryption context goes with the request, as base64 of its JSON. @source real log files of a trail with a key */
function contextShown({ keyArn, trail, bucket, key }: WrittenFile): Readonly<Record<string, string>> {
  if (keyArn === undefined) return {}
  const context = JSON.stringify(trailKeyContext({ trailArn: trail, bucket, key }))
  return { 'x-amz-server-side-encryption-context': Buffer.from(context).toString('base64') }
}

/** A UUID (version 8: of the maker's own choosing) that only this object has. */
function derivedId(purpose: string, { bucket, key, sha256 }: WrittenFile): string {
  const hex = hash('sha256', `${purpose} ${bucket}/${key} ${sha256}`)
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
