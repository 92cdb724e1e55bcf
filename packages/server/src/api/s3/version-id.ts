import type { Bucket } from '../../buckets/index.ts'
import { NULL_VERSION, type VersionHead } from '../../ports/object-store.ts'
import type { Fail } from '../operation.ts'

/** A version is named only where the bucket keeps versions or has kept them. */
export function shownVersion(
  bucket: Bucket,
  { versionId }: Pick<VersionHead, 'versionId'>,
): { readonly VersionId?: string } {
  return bucket.versioning === undefined ? {} : { VersionId: versionId }
}

/** Ids are 32 hex digits, or `null`: anything else names no version there could be. */
export function checkVersionId(versionId: string | undefined, fail: Fail<'InvalidArgument'>): void {
  if (versionId !== undefined && versionId !== NULL_VERSION && !/^[0-9a-f]{32}$/.test(versionId)) {
    fail('InvalidArgument', 'Invalid version id specified')
  }
}
