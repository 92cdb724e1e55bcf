import { withTags } from '../../buckets/index.ts'
import type { PutObjectTaggingRequest } from '../generated/s3.ts'
import { requireBucket } from './bucket-access.ts'
import { changeAttributes } from './change-attributes.ts'
import { checkObjectTags } from './object-tags.ts'
import { defineOperation } from './service.ts'
import { storedObjectAccess } from './stored-object-access.ts'
import { shownVersion } from './version-id.ts'
import { tagContext } from './write-access.ts'

export const putObjectTagging = defineOperation({
  name: 'PutObjectTagging',
  action: 's3:PutObjectTagging',
  uses: ['buckets'],
  readOnly: false,
  category: 'Data',
  access: storedObjectAccess('s3:PutObjectTagging', (input: PutObjectTaggingRequest) =>
    tagContext(input.Tagging.TagSet.map(({ Key: key, Value: value }) => ({ key, value }))),
  ),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const tags = checkObjectTags(input.Tagging.TagSet, fail)
    const changed = await changeAttributes(buckets, bucket, input, fail, ({ attributes }) => withTags(tags, attributes))
    return shownVersion(bucket, changed)
  },
})
