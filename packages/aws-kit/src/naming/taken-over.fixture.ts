/** Operations whose request another operation has taken over, or that are told by a host no request of ours has. */
export const takenOver: ReadonlySet<string> = new Set([
  's3:GetBucketLifecycle',
  's3:GetBucketNotification',
  's3:ListDirectoryBuckets',
  's3:PutBucketLifecycle',
  's3:PutBucketNotification',
  's3:WriteGetObjectResponse',
])
