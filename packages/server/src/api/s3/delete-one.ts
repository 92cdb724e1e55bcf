import { type Bucket, type Buckets, lockGuard } from '../../buckets/index.ts'
import { NULL_VERSION } from '../../ports/object-store.ts'
import type { Call } from '../operation.ts'
import { telling, writerOf } from './announce.ts'
import { wantsBypass } from './lock-settings.ts'

/**
 * Deletes as S3 does: a version that is named goes for good; without one the key is hidden behind a delete marker
 * where versions are kept, and gone where they never were. Deleting what is not there succeeds.
 */
export async function deleteOne(
  buckets: Buckets,
  bucket: Bucket,
  { Key: key, VersionId: versionId }: { readonly Key: string; readonly VersionId?: string | undefined },
  { call, nowMs }: { readonly call: Call; readonly nowMs: number },
): Promise<{ readonly DeleteMarker?: boolean; readonly VersionId?: string }> {
  const { objects } = buckets
  const change = (name: 'ObjectRemoved:Delete' | 'ObjectRemoved:DeleteMarkerCreated') => ({
    name,
    bucket,
    key,
    versionId,
  })
  if (versionId !== undefined) {
    const mayDestroy = lockGuard(nowMs, { mayBypass: wantsBypass(call) })
    const removed = await telling(change('ObjectRemoved:Delete'), { buckets }, call, () =>
      objects.destroy({ bucket: bucket.name, key, versionId, mayDestroy }),
    )
    return { VersionId: versionId, ...(removed?.isDeleteMarker && { DeleteMarker: true }) }
  }
  if (bucket.versioning === undefined) {
    await telling(change('ObjectRemoved:Delete'), { buckets }, call, () =>
      objects.destroy({ bucket: bucket.name, key, versionId: NULL_VERSION }),
    )
    return {}
  }
  const keepsVersions = bucket.versioning === 'Enabled'
  const marker = await telling(change('ObjectRemoved:DeleteMarkerCreated'), { buckets }, call, () =>
    objects.hide({ bucket: bucket.name, key, keepsVersions, writtenBy: writerOf(call) }),
  )
  return { DeleteMarker: true, VersionId: marker.versionId }
}
