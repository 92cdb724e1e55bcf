import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const putBucketOwnershipControls = defineOperation({
  name: 'PutBucketOwnershipControls',
  action: 's3:PutBucketOwnershipControls',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutBucketOwnershipControls'),
  async run(input, capabilities, call, fail) {
    const { name } = requireBucket(capabilities, input.Bucket, call, fail)
    const [rule, ...more] = input.OwnershipControls.Rules
    if (!rule || more.length > 0) {
      return fail(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
      )
    }
    await capabilities.buckets.edit(call.cause, name, (bucket) => ({ ...bucket, ownership: rule.ObjectOwnership }))
    return {}
  },
})
