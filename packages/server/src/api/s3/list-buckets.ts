import { bucketArn, canonicalId } from '../../buckets/index.ts'
import { readToken, writeToken } from './page-token.ts'
import { defineOperation } from './service.ts'

/** One answer names at most this many. @source ListBuckets, MaxBuckets */
const bucketsMax = 10_000

export const listBuckets = defineOperation({
  name: 'ListBuckets',
  action: 's3:ListAllMyBuckets',
  uses: ['buckets'],
  readOnly: true,
  run(input, { buckets }, call, fail) {
    const limit = input.MaxBuckets ?? bucketsMax
    if (limit < 1 || limit > bucketsMax) {
      fail('InvalidArgument', 'Argument max-buckets must be an integer between 1 and 10000')
    }
    const after = input.ContinuationToken === undefined ? '' : readToken(input.ContinuationToken, fail)
    const found = buckets
      .ofAccount(call.account)
      .filter(({ name }) => name > after && name.startsWith(input.Prefix ?? ''))
      .filter(({ region }) => input.BucketRegion === undefined || region === input.BucketRegion)
    const page = found.slice(0, limit)
    const last = page.at(-1)
    return {
      Owner: { ID: canonicalId(call.account) },
      Buckets: page.map((bucket) => ({
        Name: bucket.name,
        CreationDate: bucket.createdAtMs,
        // Only a paged listing says more than names and times.
        ...(input.MaxBuckets !== undefined && {
          BucketRegion: bucket.region,
          BucketArn: bucketArn(call.partition, bucket.name),
        }),
      })),
      ...(input.Prefix !== undefined && { Prefix: input.Prefix }),
      ...(last !== undefined && found.length > page.length && { ContinuationToken: writeToken(last.name) }),
    }
  },
})
