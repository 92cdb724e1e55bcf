import { objectAccess, requireBucket } from './bucket-access.ts'
import { describeRead, failMissing } from './read-object.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { checkVersionId } from './version-id.ts'

export const headObject = defineOperation({
  name: 'HeadObject',
  action: 's3:GetObject',
  uses: ['buckets'],
  readOnly: true,
  category: 'Data',
  access: objectAccess('s3:GetObject', 's3:GetObjectVersion'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    checkVersionId(input.VersionId, fail)
    const head = await inS3Words(fail, () => buckets.objects.headVersion(bucket.name, input.Key, input.VersionId))
    if (!head || head.isDeleteMarker) return failMissing(buckets, bucket, input, fail)
    return describeRead(input, bucket, head, fail).output
  },
})
