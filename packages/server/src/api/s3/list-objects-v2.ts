import { requireBucket } from './bucket-access.ts'
import { keyWriter, listAccess, listedObject, ownerOf, pageSize } from './listing.ts'
import { readToken, writeToken } from './page-token.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'

export const listObjectsV2 = defineOperation({
  name: 'ListObjectsV2',
  action: 's3:ListBucket',
  uses: ['buckets'],
  readOnly: true,
  category: 'Data',
  eventName: 'ListObjects',
  access: listAccess('s3:ListBucket'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const { Prefix: prefix = '', Delimiter: delimiter = '', StartAfter: after, EncodingType: encoding } = input
    const { ContinuationToken: token } = input
    const limit = pageSize(input.MaxKeys, fail)
    const startAfter = token === undefined ? after : readToken(token, fail)
    const page = await inS3Words(fail, async () =>
      limit === 0
        ? { objects: [], commonPrefixes: [] }
        : buckets.objects.list({
            bucket: bucket.name,
            prefix,
            delimiter,
            ...(startAfter !== undefined && { startAfter }),
            limit,
          }),
    )
    const write = keyWriter(encoding)
    const owner = input.FetchOwner ? { Owner: ownerOf(bucket) } : {}
    return {
      Name: bucket.name,
      Prefix: write(prefix),
      KeyCount: page.objects.length + page.commonPrefixes.length,
      MaxKeys: limit,
      IsTruncated: 'next' in page,
      ...(delimiter !== '' && { Delimiter: write(delimiter) }),
      ...(encoding !== undefined && { EncodingType: encoding }),
      ...(token !== undefined && { ContinuationToken: token }),
      ...(after !== undefined && { StartAfter: write(after) }),
      ...('next' in page && { NextContinuationToken: writeToken(page.next ?? '') }),
      Contents: page.objects.map((head) => ({ ...listedObject(head, write), ...owner })),
      CommonPrefixes: page.commonPrefixes.map((one) => ({ Prefix: write(one) })),
    }
  },
})
