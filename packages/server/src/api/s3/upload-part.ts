import { bounded, checkLength } from './body-limit.ts'
import { ask, objectResources, requireBucket } from './bucket-access.ts'
import { partChecksums, verifiedChecksums } from './checksums.ts'
import { shownEncryption } from './object-encryption.ts'
import { askUploadKey, sealedPart, uploadKey } from './part-encryption.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { checkPartNumber, requireUpload } from './upload-access.ts'
import { creationContext } from './write-access.ts'

export const uploadPart = defineOperation({
  name: 'UploadPart',
  action: 's3:PutObject',
  uses: ['buckets', 'kms', 'ids'],
  readOnly: false,
  category: 'Data',
  async access(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    call.notes.resources = objectResources(bucket, input.Key, call)
    const context = creationContext(call, { creates: false })
    return [
      ask({ action: 's3:PutObject', bucket, key: input.Key, context }, call),
      ...(await askUploadKey(bucket, input, capabilities, call, fail)),
    ]
  },
  async run(input, { buckets, kms, ids }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    checkPartNumber(input.PartNumber, fail)
    const upload = await requireUpload(buckets, bucket, input, fail)
    const dataKey = await uploadKey(upload, bucket, { kms }, call, fail)
    const body = input.Body ?? { async *[Symbol.asyncIterator]() {} }
    checkLength(call, buckets, fail)
    const limited = bounded(body, buckets, fail)
    const part = {
      uploadId: upload.versionId,
      number: input.PartNumber,
      headers: {},
      body: limited,
      seal: () => ({ headers: verifiedChecksums(body) }),
    }
    const head = await inS3Words(fail, () => buckets.uploads.putPart(bucket, sealedPart(part, dataKey, ids)))
    return { ETag: head.etag, ...shownEncryption(dataKey), ...partChecksums(head) }
  },
})
