import { canonicalId } from '../../buckets/index.ts'
import { bucketAccess, requireBucket, texts } from './bucket-access.ts'
import { bucketAcl, isOwnerOnly } from './owner-only.ts'
import { defineOperation } from './service.ts'

const grantHeaders = ['GrantFullControl', 'GrantRead', 'GrantReadACP', 'GrantWrite', 'GrantWriteACP'] as const

export const putBucketAcl = defineOperation({
  name: 'PutBucketAcl',
  action: 's3:PutBucketAcl',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutBucketAcl'),
  run(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    const { ACL: canned, AccessControlPolicy: policy } = input
    if (bucket.ownership === 'BucketOwnerEnforced') {
      fail('AccessControlListNotSupported', 'The bucket does not allow ACLs')
    }
    if (grantHeaders.some((header) => input[header] !== undefined)) {
      fail('NotImplemented', 'Cairn knows canned ACLs only.')
    }
    if (canned !== undefined && policy !== undefined) {
      fail('UnexpectedContent', 'This request does not support content')
    }
    if (canned !== undefined) {
      if (bucketAcl(canned) !== 'private') fail('AccessDenied', texts.accessDenied)
    } else if (policy === undefined) {
      fail('MissingSecurityHeader', 'Your request was missing a required header')
    } else if (!isOwnerOnly(policy.Grants ?? [], canonicalId(bucket.account))) {
      fail('AccessDenied', texts.accessDenied)
    }
    // What was asked for is what every bucket has: nothing is left to change.
    return {}
  },
})
