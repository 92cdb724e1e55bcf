import { bucketArn, checkBucketPolicy, isPublicPolicy } from '../../buckets/index.ts'
import { bucketPolicyAccess, requireBucket, requireOwner, texts } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const putBucketPolicy = defineOperation({
  name: 'PutBucketPolicy',
  action: 's3:PutBucketPolicy',
  uses: ['buckets', 'identity'],
  readOnly: false,
  access: bucketPolicyAccess('s3:PutBucketPolicy'),
  async run(input, capabilities, call, fail) {
    const found = requireBucket(capabilities, input.Bucket, call, fail)
    const { name, publicAccess } = found
    requireOwner(found, call, fail)
    const check = checkBucketPolicy(input.Policy, bucketArn(call.partition, name), capabilities.identity.mayExist)
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
