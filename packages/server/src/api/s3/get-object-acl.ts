import { canonicalId } from '../../buckets/index.ts'
import { requireBucket } from './bucket-access.ts'
import { ownerOnly } from './owner-only.ts'
import { failMissing } from './read-object.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { storedObjectAccess } from './stored-object-access.ts'
import { checkVersionId } from './version-id.ts'

/** Objects are their bucket's owner's, whoever wrote them. */
export const getObjectAcl = defineOperation({
  name: 'GetObjectAcl',
  action: 's3:GetObjectAcl',
  uses: ['buckets'],
  readOnly: true,
  category: 'Data',
  access: storedObjectAccess('s3:GetObjectAcl'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    checkVersionId(input.VersionId, fail)
    const head = await inS3Words(fail, () => buckets.objects.headVersion(bucket.name, input.Key, input.VersionId))
    if (!head || head.isDeleteMarker) return failMissing(buckets, bucket, input, fail)
    return ownerOnly(canonicalId(bucket.account))
  },
})
