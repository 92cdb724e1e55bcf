import { objectAccess, requireBucket } from './bucket-access.ts'
import { newLock } from './lock-settings.ts'
import { storedHeaders } from './object-headers.ts'
import { parseTaggingHeader, withTags } from './object-tags.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { checkWriteSettings } from './write-settings.ts'

export const createMultipartUpload = defineOperation({
  name: 'CreateMultipartUpload',
  action: 's3:PutObject',
  uses: ['buckets', 'clock'],
  readOnly: false,
  category: 'Data',
  access: objectAccess('s3:PutObject'),
  async run(input, { buckets, clock }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    checkWriteSettings({ ...input }, bucket, fail)
    const lock = newLock(input, bucket, clock.nowMs(), fail)
    const UploadId = await inS3Words(fail, () =>
      buckets.uploads.begin(bucket, {
        key: input.Key,
        headers: storedHeaders(input, fail),
        attributes: withTags(parseTaggingHeader(input.Tagging, fail), lock),
        writtenBy: call.cause.intentId ?? call.requestId,
      }),
    )
    return {
      Bucket: bucket.name,
      Key: input.Key,
      UploadId,
      ...(input.ChecksumAlgorithm !== undefined && { ChecksumAlgorithm: input.ChecksumAlgorithm }),
      ...(input.ChecksumType !== undefined && { ChecksumType: input.ChecksumType }),
    }
  },
})
