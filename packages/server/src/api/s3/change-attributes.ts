import type { Bucket, Buckets } from '../../buckets/index.ts'
import type { VersionHead } from '../../ports/object-store.ts'
import type { Fail } from '../operation.ts'
import { failMissing } from './read-object.ts'
import { inS3Words } from './store-failures.ts'
import { checkVersionId } from './version-id.ts'

/** Changes what may change of a version after it was written; `decide` may refuse by failing. */
export async function changeAttributes(
  buckets: Buckets,
  bucket: Bucket,
  input: { readonly Key: string; readonly VersionId?: string | undefined },
  fail: Fail<
    | 'InvalidArgument'
    | 'NoSuchKey'
    | 'NoSuchVersion'
    | 'NoSuchBucket'
    | 'MethodNotAllowed'
    | 'PreconditionFailed'
    | 'SlowDown'
    | 'AccessDenied'
  >,
  decide: (version: VersionHead) => Readonly<Record<string, string>>,
): Promise<VersionHead> {
  const { Key: key, VersionId: versionId } = input
  checkVersionId(versionId, fail)
  const changed = await inS3Words(fail, () =>
    buckets.objects.changeAttributes({
      bucket: bucket.name,
      key,
      ...(versionId !== undefined && { versionId }),
      decide(version) {
        if (!version.isDeleteMarker) return decide(version)
        return fail('MethodNotAllowed', 'The specified method is not allowed against this resource.')
      },
    }),
  )
  return changed ?? failMissing(buckets, bucket, input, fail)
}
