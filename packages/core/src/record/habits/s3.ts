import type { XmlElement } from '@cairn/aws-kit/protocol'
import type { JsonObject, RecordResource } from '../build-record.ts'
import { looseElement } from './loose-json.ts'

/** A request of S3 as it came: its records show what was on the wire, not members. */
export interface S3Request {
  readonly operation: string | undefined
  readonly host: string
  readonly bucket: string | undefined
  readonly key: string | undefined
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly headers: Readonly<Record<string, string>>
  /** Of operations whose body is a document, and the names of elements in it that the model calls sensitive. */
  readonly body?: XmlElement | undefined
  readonly sensitive?: ReadonlySet<string>
  /** Of PutBucketPolicy. */
  readonly policy?: unknown
}

/** What proves the caller, checksums and lengths say nothing of what was asked for; a customer's key is a secret. */
const leftOutHeader =
  /^x-amz-(?:sdk-|checksum-|content-|decoded-|date$|trailer|te$|user-agent|meta-|security-token|.*server-side-encryption-customer-key|server-side-encryption-context)/

/** What a presigned address says of its signature, without what proves it. */
const shownSignature: ReadonlySet<string> = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
])

/**
 * Which key encrypts an object.
 *
 * @quirk the model of S3 calls ids of KMS's keys sensitive, and its records show them
 */
const keyName = /^(?:SSEKMS|KMS|KMSMaster)?Key(?:Id|ID|Arn)$/

/** Lists of keys and of parts. */
const hiddenRoots: ReadonlySet<string> = new Set(['Delete', 'CompleteMultipartUpload'])

/**
 * `requestParameters` of a request of S3: parameters of the URL and `x-amz-` headers under their own names, bucket,
 * `Host`, key, and a document under its root element.
 *
 * @quirk S3's records show the wire, with the bucket as `bucketName` and the header `Host` among the parameters
 * @source real log files of 2021–2025; the S3 User Guide's example entries
 */
export function s3Parameters(request: S3Request): JsonObject {
  const entries: [string, unknown][] = []
  for (const [name, value] of request.query) {
    const isOfSignature = /^(?:x-amz-.*|signature|awsaccesskeyid)$/i.test(name)
    if (!isOfSignature || shownSignature.has(name)) entries.push([name, value])
  }
  if (request.bucket !== undefined) entries.push(['bucketName', request.bucket])
  entries.push(['Host', request.host])
  if (request.key !== undefined) entries.push(['key', request.key])
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith('x-amz-') && !leftOutHeader.test(name)) entries.push([name, value])
  }
  if (request.policy !== undefined) entries.push(['bucketPolicy', request.policy])
  const { body } = request
  if (body !== undefined && !hiddenRoots.has(body.name)) {
    const hidden = new Set([...(request.sensitive ?? [])].filter((name) => !keyName.test(name)))
    entries.push([body.name, looseElement(body, hidden)])
  }
  return Object.fromEntries(entries)
}

/** Operations that list what is in a bucket: their records name a prefix in place of an object. */
const lists: ReadonlySet<string> = new Set([
  'ListObjects',
  'ListObjectsV2',
  'ListObjectVersions',
  'ListMultipartUploads',
])

/** `resources` of a request of S3: the object, or what was listed, without an account, then the bucket. */
export function s3Resources(
  { operation, bucket, key }: S3Request,
  { account, partition, isData }: { readonly account: string; readonly partition: string; readonly isData: boolean },
): readonly RecordResource[] {
  // A bucket that is being made is none yet.
  if (bucket === undefined || operation === 'CreateBucket') return []
  const ARN = `arn:${partition}:s3:::${bucket}`
  const own: RecordResource = { accountId: account, type: 'AWS::S3::Bucket', ARN }
  if (!isData) return [own]
  if (key !== undefined) return [{ type: 'AWS::S3::Object', ARN: `${ARN}/${key}` }, own]
  const isListed = operation !== undefined && lists.has(operation)
  return [isListed ? { type: 'AWS::S3::Object', ARNPrefix: `${ARN}/` } : undefined, own].filter(
    (one) => one !== undefined,
  )
}
