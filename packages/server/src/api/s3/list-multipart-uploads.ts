import { bucketAccess, requireBucket } from './bucket-access.ts'
import { keyWriter, ownerOf, pageSize } from './listing.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'

export const listMultipartUploads = defineOperation({
  name: 'ListMultipartUploads',
  action: 's3:ListBucketMultipartUploads',
  uses: ['buckets'],
  readOnly: true,
  category: 'Data',
  access: bucketAccess('s3:ListBucketMultipartUploads'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const { Prefix: prefix = '', Delimiter: delimiter = '', EncodingType: encoding } = input
    const { KeyMarker: key = '', UploadIdMarker: uploadId } = input
    const limit = pageSize(input.MaxUploads, fail)
    const startAfter = key === '' ? {} : { startAfter: uploadId ? { key, versionId: uploadId } : { key } }
    const page = await inS3Words(fail, async () =>
      limit === 0
        ? { versions: [], commonPrefixes: [], next: undefined }
        : buckets.uploads.list(bucket, { prefix, delimiter, limit, ...startAfter }),
    )
    const write = keyWriter(encoding)
    return {
      Bucket: bucket.name,
      KeyMarker: write(key),
      UploadIdMarker: uploadId ?? '',
      Prefix: write(prefix),
      MaxUploads: limit,
      IsTruncated: page.next !== undefined,
      ...(delimiter !== '' && { Delimiter: write(delimiter) }),
      ...(encoding !== undefined && { EncodingType: encoding }),
      ...(page.next && { NextKeyMarker: write(page.next.key), NextUploadIdMarker: page.next.versionId ?? '' }),
      Uploads: page.versions.map((upload) => ({
        Key: write(upload.key),
        UploadId: upload.versionId,
        Initiated: upload.lastModifiedMs,
        Owner: ownerOf(bucket),
        Initiator: ownerOf(bucket),
        StorageClass: 'STANDARD' as const,
      })),
      CommonPrefixes: page.commonPrefixes.map((one) => ({ Prefix: write(one) })),
    }
  },
})
