import { bucketArn, checkBucketPolicy, isPublicPolicy } from '../../buckets/index.ts'
import { bucketAccess, requireBucket, texts } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const putBucketPolicy = defineOperation({
  name: 'PutBucketPolicy',
  action: 's3:PutBucketPolicy',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutBucketPolicy'),
  async run(input, capabilities, call, fail) {
    const { name, account, publicAccess } = requireBucket(capabilities, input.Bucket, call, fail)
    // Another account may be let in to everything else, never to who is let in.
    if (call.account !== account) fail('MethodNotAllowed', 'The specified method is not allowed against this resource.')
    const check = checkBucketPolicy(input.Policy, bucketArn(call.partition, name))
    if (check.kind === 'malformed') return fail('MalformedPolicy', check.message)
    if (publicAccess?.blocksPolicy && isPublicPolicy(check.document)) {
      fail(
        'AccessDenied',
        'Access Denied: public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.',
      )
    }
    const edited = await capabilities.buckets.edit(call.cause, name, (bucket) => ({ ...bucket, policy: input.Policy }))
    if (!edited) fail('NoSuchBucket', texts.noSuchBucket)
    return {}
  },
})
