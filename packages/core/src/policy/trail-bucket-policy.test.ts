import { expect, it } from 'vitest'
import { trailBucketPolicy } from './trail-bucket-policy.ts'

it('names a known trail exactly', () => {
  const options = { bucket: 'audit', account: '111122223333', partition: 'aws-cn', region: 'cn-north-1' }
  expect(trailBucketPolicy({ ...options, prefix: 'logs', trailName: 'main' })).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AWSCloudTrailAclCheck20150319',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 's3:GetBucketAcl',
        Resource: 'arn:aws-cn:s3:::audit',
        Condition: {
          StringEquals: { 'aws:SourceArn': 'arn:aws-cn:cloudtrail:cn-north-1:111122223333:trail/main' },
        },
      },
      {
        Sid: 'AWSCloudTrailWrite20150319',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: 'arn:aws-cn:s3:::audit/logs/AWSLogs/111122223333/*',
        Condition: {
          StringEquals: {
            's3:x-amz-acl': 'bucket-owner-full-control',
            'aws:SourceArn': 'arn:aws-cn:cloudtrail:cn-north-1:111122223333:trail/main',
          },
        },
      },
    ],
  })
})

it('admits any trail of the account, and only those, when the trail is not known', () => {
  const text = JSON.stringify(trailBucketPolicy({ bucket: 'audit', account: '111122223333', partition: 'aws' }))
  expect(text.match(/"ArnLike":\{"aws:SourceArn":"arn:aws:cloudtrail:\*:111122223333:trail\/\*"\}/g)).toHaveLength(2)
})
