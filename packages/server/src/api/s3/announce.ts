import type { Bucket, Buckets, ObjectEventName } from '../../buckets/index.ts'
import { callerId } from '../../identity/index.ts'
import type { VersionHead } from '../../ports/object-store.ts'
import type { Call } from '../operation.ts'

/** By which what a call wrote is known afterwards. */
export function writerOf(call: Call): string {
  return call.cause.intentId ?? call.requestId
}

interface Change {
  readonly name: ObjectEventName
  readonly bucket: Bucket
  readonly key: string
  /** The version that is removed for good, where the call names one. */
  readonly versionId?: string | undefined
}

/** Changes an object on behalf of a call and tells the queues of its bucket; of a change that gives nothing, nothing. */
export function telling<Changed extends VersionHead | undefined>(
  { name, bucket, key, versionId }: Change,
  { buckets }: { readonly buckets: Buckets },
  call: Call,
  change: () => Promise<Changed>,
): Promise<Changed> {
  const by = {
    principalId: `AWS:${callerId(call.principal) ?? 'ANONYMOUS'}`,
    sourceIp: call.sourceIp,
    requestId: call.requestId,
  }
  const isRemoval = name === 'ObjectRemoved:Delete'
  const coming = {
    name,
    key,
    by,
    ...(versionId !== undefined && { versionId }),
    ...(!isRemoval && { writtenBy: writerOf(call) }),
  }
  return buckets.telling(bucket, coming, change, (changed) => {
    if (changed === undefined) return undefined
    if (isRemoval) return {}
    const { size, etag } = changed
    return { versionId: changed.versionId, ...(!changed.isDeleteMarker && { size, etag }) }
  })
}
