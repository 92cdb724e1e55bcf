import { ask, objectResources, requireBucket, texts } from './bucket-access.ts'
import { byteRange } from './byte-range.ts'
import { checkCopyConditions, requireSource } from './copy-object.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { checkPartNumber, requireUpload } from './upload-access.ts'

export const uploadPartCopy = defineOperation({
  name: 'UploadPartCopy',
  action: 's3:PutObject',
  uses: ['buckets'],
  readOnly: false,
  category: 'Data',
  access(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    const source = requireSource(input.CopySource, capabilities, fail)
    call.notes.resources = objectResources(bucket, input.Key, call)
    const read = source.versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion'
    return [
      ask({ action: 's3:PutObject', bucket, key: input.Key }, call),
      ask({ action: read, bucket: source.bucket, key: source.key, context: { versionid: source.versionId } }, call),
    ]
  },
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    checkPartNumber(input.PartNumber, fail)
    const { versionId: uploadId } = await requireUpload(buckets, bucket, input, fail)
    const source = requireSource(input.CopySource, { buckets }, fail)
    const { objects } = buckets
    const from = await inS3Words(fail, () =>
      source.versionId === undefined
        ? objects.open(source.bucket.name, source.key)
        : objects.openVersion(source.bucket.name, source.key, source.versionId),
    )
    if (!from && source.versionId !== undefined) return fail('NoSuchVersion', texts.noSuchVersion)
    if (!from) return fail('NoSuchKey', texts.noSuchKey)
    try {
      checkCopyConditions(input, from.head, fail)
      const range = byteRange(input.CopySourceRange, from.head.size)
      if (range === 'unsatisfiable' || (range === 'whole' && input.CopySourceRange !== undefined)) {
        return fail('InvalidArgument', `Range specified is not valid for source object of size: ${from.head.size}`)
      }
      const body = from.read(range === 'whole' ? undefined : range)
      const part = { uploadId, number: input.PartNumber, body }
      const head = await inS3Words(fail, () => buckets.uploads.putPart(bucket, part))
      return {
        CopyPartResult: { ETag: head.etag, LastModified: head.lastModifiedMs },
        ...(source.bucket.versioning !== undefined && { CopySourceVersionId: from.head.versionId }),
      }
    } finally {
      await from.close()
    }
  },
})
