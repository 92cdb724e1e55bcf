import { bucketAccess, requireBucket } from './bucket-access.ts'
import { readRules, transitionMinimumDefault } from './lifecycle-settings.ts'
import { defineOperation } from './service.ts'

export const putBucketLifecycleConfiguration = defineOperation({
  name: 'PutBucketLifecycleConfiguration',
  action: 's3:PutLifecycleConfiguration',
  uses: ['buckets', 'ids'],
  readOnly: false,
  eventName: 'PutBucketLifecycle',
  access: bucketAccess('s3:PutLifecycleConfiguration'),
  async run(input, { buckets, ids }, call, fail) {
    const { name } = requireBucket({ buckets }, input.Bucket, call, fail)
    const newId = () => Buffer.from(ids.bytes(36)).toString('base64url')
    const lifecycle = readRules(input.LifecycleConfiguration?.Rules ?? [], newId, fail)
    const { TransitionDefaultMinimumObjectSize: minimum = transitionMinimumDefault } = input
    await buckets.edit(call.cause, name, ({ transitionMinimum: _, ...bucket }) => ({
      ...bucket,
      lifecycle,
      ...(minimum !== transitionMinimumDefault && { transitionMinimum: minimum }),
    }))
    return { TransitionDefaultMinimumObjectSize: minimum }
  },
})
