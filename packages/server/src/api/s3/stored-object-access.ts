import { type Bucket, type Buckets, tagsOf } from '../../buckets/index.ts'
import type { VersionHead } from '../../ports/object-store.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'
import { ask, objectResources, requireBucket } from './bucket-access.ts'
import { unlessNoBucket } from './store-failures.ts'

interface Addressed {
  readonly bucket: Bucket
  readonly key: string
  readonly versionId?: string | undefined
}

/** The object that a call is about, if it is there: its tags decide too. */
export function storedHead(
  { objects }: Pick<Buckets, 'objects'>,
  { bucket, key, versionId }: Addressed,
): Promise<VersionHead | undefined> {
  return unlessNoBucket(() => objects.headVersion(bucket.name, key, versionId))
}

/**
 * A question about an object that is there, with the tags it has. Of a version that is addressed it is the action's twin:
 * `s3:GetObjectVersion` for `s3:GetObject`.
 */
export function askStored(
  action: string,
  { bucket, key, versionId }: Addressed,
  head: VersionHead | undefined,
  call: Call,
  context: Parameters<typeof ask>[0]['context'] = {},
): AccessRequest {
  const asked = versionId === undefined ? action : action.replace('Object', 'ObjectVersion')
  const tags = head === undefined ? [] : tagsOf(head)
  const existing = Object.fromEntries(tags.map((tag) => [`ExistingObjectTag/${tag.key}`, tag.value]))
  return ask({ action: asked, bucket, key, context: { versionid: versionId, ...existing, ...context } }, call)
}

/** The `access` of an operation on an object that is there. */
export function storedObjectAccess<
  Input extends { readonly Bucket: string; readonly Key: string; readonly VersionId?: string | undefined },
>(action: string, contextOf: (input: Input) => Parameters<typeof askStored>[4] = () => ({})) {
  return async (
    input: Input,
    needs: { readonly buckets: Buckets },
    call: Call,
    fail: Fail<'NoSuchBucket' | 'AccessDenied'>,
  ): Promise<readonly AccessRequest[]> => {
    const bucket = requireBucket(needs, input.Bucket, call, fail)
    const { Key: key, VersionId: versionId } = input
    call.notes.resources = objectResources(bucket, key, call)
    const object = { bucket, key, versionId }
    const head = await storedHead(needs.buckets, object)
    return [askStored(action, object, head, call, contextOf(input))]
  }
}
