import { bucketAccess, requireBucket } from './bucket-access.ts'
import { shownRule, transitionMinimumDefault } from './lifecycle-settings.ts'
import { defineOperation } from './service.ts'

export const getBucketLifecycleConfiguration = defineOperation({
  name: 'GetBucketLifecycleConfiguration',
  action: 's3:GetLifecycleConfiguration',
  uses: ['buckets'],
  readOnly: true,
  eventName: 'GetBucketLifecycle',
  access: bucketAccess('s3:GetLifecycleConfiguration'),
  run(input, { buckets }, call, fail) {
    const { lifecycle, transitionMinimum = transitionMinimumDefault } = requireBucket(
      { buckets },
      input.Bucket,
      call,
      fail,
    )
    if (lifecycle === undefined) {
      return fail('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist')
    }
    return { Rules: lifecycle.map(shownRule), TransitionDefaultMinimumObjectSize: transitionMinimum }
  },
})
