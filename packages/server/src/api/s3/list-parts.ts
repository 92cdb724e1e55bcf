import { objectAccess, requireBucket } from './bucket-access.ts'
import { partChecksums } from './checksums.ts'
import { ownerOf, pageSize } from './listing.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { requireUpload } from './upload-access.ts'

export const listParts = defineOperation({
  name: 'ListParts',
  action: 's3:ListMultipartUploadParts',
  uses: ['buckets'],
  readOnly: true,
  category: 'Data',
  access: objectAccess('s3:ListMultipartUploadParts'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const upload = await requireUpload(buckets, bucket, input, fail)
    const limit = pageSize(input.MaxParts, fail)
    const marker = Number(input.PartNumberMarker ?? 0)
    const all = await inS3Words(fail, () => buckets.uploads.parts(bucket, upload.versionId))
    const behind = all.filter(({ number }) => number > marker)
    const page = behind.slice(0, limit)
    return {
      Bucket: bucket.name,
      Key: input.Key,
      UploadId: input.UploadId,
      PartNumberMarker: marker,
      NextPartNumberMarker: page.at(-1)?.number ?? 0,
      MaxParts: limit,
      IsTruncated: behind.length > page.length,
      Parts: page.map(({ number, head }) => ({
        PartNumber: number,
        LastModified: head.lastModifiedMs,
        ETag: head.etag,
        Size: head.size,
        ...partChecksums(head),
      })),
      Owner: ownerOf(bucket),
      Initiator: ownerOf(bucket),
      StorageClass: 'STANDARD' as const,
    }
  },
})
