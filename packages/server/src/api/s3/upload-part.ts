import { bounded, checkLength } from './body-limit.ts'
import { objectAccess, requireBucket } from './bucket-access.ts'
import { partChecksums, verifiedChecksums } from './checksums.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { checkPartNumber, requireUpload } from './upload-access.ts'

export const uploadPart = defineOperation({
  name: 'UploadPart',
  action: 's3:PutObject',
  uses: ['buckets'],
  readOnly: false,
  category: 'Data',
  access: objectAccess('s3:PutObject'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    checkPartNumber(input.PartNumber, fail)
    const { versionId: uploadId } = await requireUpload(buckets, bucket, input, fail)
    const body = input.Body ?? { async *[Symbol.asyncIterator]() {} }
    checkLength(call, buckets, fail)
    const limited = bounded(body, buckets, fail)
    const part = {
      uploadId,
      number: input.PartNumber,
      body: limited,
      seal: () => ({ headers: verifiedChecksums(body) }),
    }
    const head = await inS3Words(fail, () => buckets.uploads.putPart(bucket, part))
    return { ETag: head.etag, ...partChecksums(head) }
  },
})
