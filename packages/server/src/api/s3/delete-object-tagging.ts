import { withTags } from '../../buckets/index.ts'
import { requireBucket } from './bucket-access.ts'
import { changeAttributes } from './change-attributes.ts'
import { defineOperation } from './service.ts'
import { storedObjectAccess } from './stored-object-access.ts'
import { shownVersion } from './version-id.ts'

export const deleteObjectTagging = defineOperation({
  name: 'DeleteObjectTagging',
  action: 's3:DeleteObjectTagging',
  uses: ['buckets'],
  readOnly: false,
  category: 'Data',
  access: storedObjectAccess('s3:DeleteObjectTagging'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const changed = await changeAttributes(buckets, bucket, input, fail, ({ attributes }) => withTags([], attributes))
    return shownVersion(bucket, changed)
  },
})
