import { tagsOf } from '../../buckets/index.ts'
import { requireBucket } from './bucket-access.ts'
import { failMissing } from './read-object.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { storedObjectAccess } from './stored-object-access.ts'
import { checkVersionId, shownVersion } from './version-id.ts'

export const getObjectTagging = defineOperation({
  name: 'GetObjectTagging',
  action: 's3:GetObjectTagging',
  uses: ['buckets'],
  readOnly: true,
  category: 'Data',
  access: storedObjectAccess('s3:GetObjectTagging'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    checkVersionId(input.VersionId, fail)
    const head = await inS3Words(fail, () => buckets.objects.headVersion(bucket.name, input.Key, input.VersionId))
    if (!head || head.isDeleteMarker) return failMissing(buckets, bucket, input, fail)
    return { TagSet: tagsOf(head).map(({ key, value }) => ({ Key: key, Value: value })), ...shownVersion(bucket, head) }
  },
})
