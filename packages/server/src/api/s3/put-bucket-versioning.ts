import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'
import { notImplementedText } from './write-settings.ts'

export const putBucketVersioning = defineOperation({
  name: 'PutBucketVersioning',
  action: 's3:PutBucketVersioning',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutBucketVersioning'),
  async run(input, capabilities, call, fail) {
    const { name, lock } = requireBucket(capabilities, input.Bucket, call, fail)
    const { Status: versioning, MFADelete: mfaDelete } = input.VersioningConfiguration
    if (mfaDelete === 'Enabled') fail('NotImplemented', notImplementedText)
    if (versioning === undefined) {
      return fail('IllegalVersioningConfigurationException', 'The Versioning element must be specified')
    }
    if (lock !== undefined && versioning === 'Suspended') {
      fail(
        'InvalidBucketState',
        'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      )
    }
    await capabilities.buckets.edit(call.cause, name, (bucket) => ({ ...bucket, versioning }))
    return {}
  },
})
