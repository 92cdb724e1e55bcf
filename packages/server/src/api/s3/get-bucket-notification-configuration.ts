import { bucketAccess, requireBucket } from './bucket-access.ts'
import { shownNotifications } from './notification-settings.ts'
import { defineOperation } from './service.ts'

export const getBucketNotificationConfiguration = defineOperation({
  name: 'GetBucketNotificationConfiguration',
  action: 's3:GetBucketNotification',
  uses: ['buckets'],
  readOnly: true,
  eventName: 'GetBucketNotification',
  access: bucketAccess('s3:GetBucketNotification'),
  run(input, { buckets }, call, fail) {
    return shownNotifications(requireBucket({ buckets }, input.Bucket, call, fail).notifications ?? [])
  },
})
