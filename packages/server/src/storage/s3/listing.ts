import type { _Object, CommonPrefix, ListObjectsV2CommandInput } from '@aws-sdk/client-s3'
import type { ListObjects, ObjectHead, ObjectPage } from '../../ports/object-store.ts'
import type { Connection } from './connection.ts'

/** What one request may ask for. */
const keysPerRequestMax = 1_000

/**
 * One page of the port's kind. A server is told where to begin by a key only, so the common prefix that the last page
 * ended with comes again: it is left out, and the page filled up by further requests.
 */
export async function listPage(
  { sdk, client }: Connection,
  { bucket, prefix = '', delimiter = '', startAfter = '', limit }: ListObjects,
  expected: Pick<ListObjectsV2CommandInput, 'ExpectedBucketOwner'>,
): Promise<ObjectPage> {
  const objects: ObjectHead[] = []
  const commonPrefixes: string[] = []
  let token: string | undefined
  for (;;) {
    const answer = await client.send(
      new sdk.ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(delimiter !== '' && { Delimiter: delimiter }),
        ...(token === undefined ? startAfter !== '' && { StartAfter: startAfter } : { ContinuationToken: token }),
        MaxKeys: Math.min(keysPerRequestMax, limit - objects.length - commonPrefixes.length),
        // XML cannot hold every character a key can.
        EncodingType: 'url',
        ...expected,
      }),
    )
    for (const object of answer.Contents ?? []) objects.push(headOf(object))
    for (const common of answer.CommonPrefixes ?? []) {
      const name = prefixOf(common)
      if (name !== startAfter) commonPrefixes.push(name)
    }
    if (answer.IsTruncated !== true || answer.NextContinuationToken === undefined) return { objects, commonPrefixes }
    if (objects.length + commonPrefixes.length >= limit) {
      return { objects, commonPrefixes, next: last(objects.at(-1)?.key, commonPrefixes.at(-1)) }
    }
    token = answer.NextContinuationToken
  }
}

function headOf({ Key = '', Size = 0, ETag = '', LastModified }: _Object): ObjectHead {
  return { key: decoded(Key), size: Size, etag: ETag, lastModifiedMs: LastModified?.getTime() ?? 0, headers: {} }
}

function prefixOf({ Prefix = '' }: CommonPrefix): string {
  return decoded(Prefix)
}

function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

/** Objects and common prefixes come in one order. */
function last(key = '', common = ''): string {
  return Buffer.compare(Buffer.from(key), Buffer.from(common)) > 0 ? key : common
}
