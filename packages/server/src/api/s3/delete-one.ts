import { type Bucket, type Buckets, lockGuard } from '../../buckets/index.ts'
import { NULL_VERSION } from '../../ports/object-store.ts'
import type { Call } from '../operation.ts'
import { announce } from './announce.ts'
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
  const tell = (name: 'ObjectRemoved:Delete' | 'ObjectRemoved:DeleteMarkerCreated', version: string | undefined) =>
    announce(name, bucket, { key, ...(version !== undefined && { versionId: version }) }, { buckets }, call)
  if (versionId !== undefined) {
    const mayDestroy = lockGuard(nowMs, { mayBypass: wantsBypass(call) })
    const removed = await objects.destroy({ bucket: bucket.name, key, versionId, mayDestroy })
    if (removed) await tell('ObjectRemoved:Delete', versionId)
    return { VersionId: versionId, ...(removed?.isDeleteMarker && { DeleteMarker: true }) }
  }
  if (bucket.versioning === undefined) {
    const removed = await objects.destroy({ bucket: bucket.name, key, versionId: NULL_VERSION })
    if (removed) await tell('ObjectRemoved:Delete', undefined)
    return {}
  }
  const marker = await objects.hide({
    bucket: bucket.name,
    key,
    keepsVersions: bucket.versioning === 'Enabled',
    writtenBy: call.cause.intentId ?? call.requestId,
  })
  await tell('ObjectRemoved:DeleteMarkerCreated', marker.versionId)
  return { DeleteMarker: true, VersionId: marker.versionId }
}
