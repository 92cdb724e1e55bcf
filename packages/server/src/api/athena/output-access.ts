import { bucketArn } from '../../buckets/index.ts'
import type { Capabilities } from '../capabilities.ts'
import type { AccessRequest, Call } from '../operation.ts'

/** What a caller needs at S3 for the result of an execution; nothing where the bucket is not there. */
export function outputAccess(
  action: 's3:GetObject' | 's3:PutObject',
  place: { readonly bucket: string; readonly key: string },
  buckets: Capabilities['buckets'],
  { partition }: Call,
): readonly AccessRequest[] {
  const bucket = buckets.find(place.bucket)
  if (bucket === undefined) return []
  return [
    {
      action,
      resource: bucketArn(partition, bucket.name, place.key),
      resourceAccount: bucket.account,
      ...(bucket.policy !== undefined && { resourcePolicy: bucket.policy }),
    },
  ]
}
