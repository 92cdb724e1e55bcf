import { requireBucket } from './bucket-access.ts'
import { checkAcl } from './owner-only.ts'
import { failMissing } from './read-object.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { storedObjectAccess } from './stored-object-access.ts'
import { checkVersionId } from './version-id.ts'

/** Gives an object of the caller's to the bucket's owner, say those who wrote it; it is the owner's already. */
export const putObjectAcl = defineOperation({
  name: 'PutObjectAcl',
  action: 's3:PutObjectAcl',
  uses: ['buckets'],
  readOnly: false,
  category: 'Data',
  access: storedObjectAccess('s3:PutObjectAcl'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    checkVersionId(input.VersionId, fail)
    const head = await inS3Words(fail, () => buckets.objects.headVersion(bucket.name, input.Key, input.VersionId))
    if (!head || head.isDeleteMarker) return failMissing(buckets, bucket, input, fail)
    checkAcl(input, bucket, fail)
    return {}
  },
})
