import type { Bucket, Buckets, ObjectEventName } from '../../buckets/index.ts'
import { callerId } from '../../identity/index.ts'
import type { Call } from '../operation.ts'

/** Tells the queues of a bucket what a call did to an object. */
export async function announce(
  name: ObjectEventName,
  bucket: Bucket,
  object: { readonly key: string; readonly size?: number; readonly etag?: string; readonly versionId?: string },
  { buckets }: { readonly buckets: Buckets },
  call: Call,
): Promise<void> {
  const by = {
    principalId: `AWS:${callerId(call.principal) ?? 'ANONYMOUS'}`,
    sourceIp: call.sourceIp,
    requestId: call.requestId,
  }
  const { key, size, etag, versionId } = object
  const isGone = name.startsWith('ObjectRemoved')
  await buckets.announce(bucket, {
    name,
    key,
    ...(!isGone && size !== undefined && { size }),
    ...(etag !== undefined && !isGone && { etag }),
    ...(versionId !== undefined && { versionId }),
    by,
  })
}
