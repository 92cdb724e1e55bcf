import { withTags } from '../../buckets/index.ts'
import { objectAccess, requireBucket } from './bucket-access.ts'
import { changeAttributes } from './change-attributes.ts'
import { checkObjectTags } from './object-tags.ts'
import { defineOperation } from './service.ts'
import { shownVersion } from './version-id.ts'

export const putObjectTagging = defineOperation({
  name: 'PutObjectTagging',
  action: 's3:PutObjectTagging',
  uses: ['buckets'],
  readOnly: false,
  category: 'Data',
  access: objectAccess('s3:PutObjectTagging', 's3:PutObjectVersionTagging'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const tags = checkObjectTags(input.Tagging.TagSet, fail)
    const changed = await changeAttributes(buckets, bucket, input, fail, ({ attributes }) => withTags(tags, attributes))
    return shownVersion(bucket, changed)
  },
})
