import { requireBucket } from './bucket-access.ts'
import { keyWriter, listAccess, listedObject, ownerOf, pageSize } from './listing.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'

export const listObjects = defineOperation({
  name: 'ListObjects',
  action: 's3:ListBucket',
  uses: ['buckets'],
  readOnly: true,
  category: 'Data',
  access: listAccess('s3:ListBucket'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const { Prefix: prefix = '', Delimiter: delimiter = '', Marker: marker = '', EncodingType: encoding } = input
    const limit = pageSize(input.MaxKeys, fail)
    const page = await inS3Words(fail, async () =>
      limit === 0
        ? { objects: [], commonPrefixes: [] }
        : buckets.objects.list({ bucket: bucket.name, prefix, delimiter, startAfter: marker, limit }),
    )
    const write = keyWriter(encoding)
    const owner = ownerOf(bucket)
    return {
      Name: bucket.name,
      Prefix: write(prefix),
      Marker: write(marker),
      MaxKeys: limit,
      IsTruncated: 'next' in page,
      ...(delimiter !== '' && { Delimiter: write(delimiter) }),
      ...(encoding !== undefined && { EncodingType: encoding }),
      // @quirk Only a rolled-up listing says where to go on; else the last key does.
      ...('next' in page && delimiter !== '' && { NextMarker: write(page.next ?? '') }),
      Contents: page.objects.map((head) => ({ ...listedObject(head, write), Owner: owner })),
      CommonPrefixes: page.commonPrefixes.map((one) => ({ Prefix: write(one) })),
    }
  },
})
