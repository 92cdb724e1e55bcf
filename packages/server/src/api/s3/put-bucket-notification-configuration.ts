import { bucketAccess, requireBucket } from './bucket-access.ts'
import { readNotifications } from './notification-settings.ts'
import { defineOperation } from './service.ts'

export const putBucketNotificationConfiguration = defineOperation({
  name: 'PutBucketNotificationConfiguration',
  action: 's3:PutBucketNotification',
  uses: ['buckets', 'ids'],
  readOnly: false,
  eventName: 'PutBucketNotification',
  access: bucketAccess('s3:PutBucketNotification'),
  async run(input, { buckets, ids }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const newId = () => Buffer.from(ids.bytes(36)).toString('base64url')
    const notifications = readNotifications(input.NotificationConfiguration, newId, fail)
    const arns = [...new Set(notifications.map(({ queueArn }) => queueArn))]
    for (const arn of input.SkipDestinationValidation ? [] : arns) {
      const problem = buckets.destinationProblem(bucket, arn)
      if (problem !== undefined) fail('InvalidArgument', problem)
      await buckets.testDestination(bucket, arn, call.requestId)
    }
    await buckets.edit(call.cause, bucket.name, ({ notifications: _, ...one }) =>
      notifications.length === 0 ? one : { ...one, notifications },
    )
    return {}
  },
})
