import { ask, objectResources, requireBucket } from './bucket-access.ts'
import { byteRange } from './byte-range.ts'
import { checkCopyConditions, openSource, requireSource } from './copy-source.ts'
import { askDecryptionOf } from './object-decryption.ts'
import { shownEncryption } from './object-encryption.ts'
import { askUploadKey, sealedPart, uploadKey } from './part-encryption.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { askStored, storedHead } from './stored-object-access.ts'
import { checkPartNumber, requireUpload } from './upload-access.ts'
import { creationContext } from './write-access.ts'

export const uploadPartCopy = defineOperation({
  name: 'UploadPartCopy',
  action: 's3:PutObject',
  uses: ['buckets', 'kms', 'ids'],
  readOnly: false,
  category: 'Data',
  async access(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    const source = requireSource(input.CopySource, capabilities, fail)
    call.notes.resources = objectResources(bucket, input.Key, call)
    const head = await storedHead(capabilities.buckets, source)
    const context = creationContext(call, { creates: false })
    return [
      ask({ action: 's3:PutObject', bucket, key: input.Key, context }, call),
      askStored('s3:GetObject', source, head, call),
      ...(await askUploadKey(bucket, input, capabilities, call, fail)),
      ...askDecryptionOf(head, source.bucket, capabilities, call, fail),
    ]
  },
  async run(input, { buckets, kms, ids }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    checkPartNumber(input.PartNumber, fail)
    const upload = await requireUpload(buckets, bucket, input, fail)
    const dataKey = await uploadKey(upload, bucket, { kms }, call, fail)
    const source = requireSource(input.CopySource, { buckets }, fail)
    const from = await openSource(source, { buckets, kms }, call, fail)
    try {
      checkCopyConditions(input, from.head, fail)
      const range = byteRange(input.CopySourceRange, from.head.size)
      if (range === 'unsatisfiable' || (range === 'whole' && input.CopySourceRange !== undefined)) {
        return fail('InvalidArgument', `Range specified is not valid for source object of size: ${from.head.size}`)
      }
      const body = from.read(range === 'whole' ? undefined : range)
      const part = { uploadId: upload.versionId, number: input.PartNumber, headers: {}, body }
      const head = await inS3Words(fail, () => buckets.uploads.putPart(bucket, sealedPart(part, dataKey, ids)))
      return {
        ...shownEncryption(dataKey),
        CopyPartResult: { ETag: head.etag, LastModified: head.lastModifiedMs },
        ...(source.bucket.versioning !== undefined && { CopySourceVersionId: from.head.versionId }),
      }
    } finally {
      await from.close()
    }
  },
})
