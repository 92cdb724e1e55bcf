import { objectAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { requireUpload } from './upload-access.ts'

export const abortMultipartUpload = defineOperation({
  name: 'AbortMultipartUpload',
  action: 's3:AbortMultipartUpload',
  uses: ['buckets'],
  readOnly: false,
  category: 'Data',
  access: objectAccess('s3:AbortMultipartUpload'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const { key, versionId } = await requireUpload(buckets, bucket, input, fail)
    await inS3Words(fail, () => buckets.uploads.abort(bucket, key, versionId))
    return {}
  },
})
