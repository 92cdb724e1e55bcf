import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail'
import { CreateBucketCommand, ListObjectsV2Command, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import type { RunningCairn } from '@cairn/testkit/running-cairn'

/** What a client of the SDK needs to call a server as its `admin`. */
export function accessTo({ endpoint, environment }: RunningCairn) {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = environment
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } }
}

/** The trail `main`, with digests, that logs into a bucket of its own, as its users make them. */
export async function startTrail(cairn: RunningCairn, bucket = 'audit') {
  const s3 = new S3Client({ ...accessTo(cairn), forcePathStyle: true })
  const trails = new CloudTrailClient(accessTo(cairn))
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  const { stdout: Policy } = await cairn.cairn('policy', 'bucket', bucket)
  await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }))
  await trails.send(new CreateTrailCommand({ Name: 'main', S3BucketName: bucket, EnableLogFileValidation: true }))
  await trails.send(new StartLoggingCommand({ Name: 'main' }))
  return {
    trails,
    /** What is in the bucket. */
    async objects() {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
      return Contents
    },
    [Symbol.dispose]() {
      s3.destroy()
      trails.destroy()
    },
  }
}
