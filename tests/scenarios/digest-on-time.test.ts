import { join } from 'node:path'
import {
  CloudTrailClient,
  CreateTrailCommand,
  GetTrailStatusCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail'
import { CreateBucketCommand, ListObjectsV2Command, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test, vi } from 'vitest'

test('a digest is in the bucket when its hour is over, by itself', { timeout: 90_000 }, async () => {
  using folder = temporaryFolder()
  await using cairn = await startCairn({ dataDir: join(folder.path, 'data'), args: ['--clock', 'test=-1d'] })
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = cairn.environment
  const access = { endpoint: cairn.endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } }
  const s3 = new S3Client({ ...access, forcePathStyle: true })
  const trails = new CloudTrailClient(access)
  await s3.send(new CreateBucketCommand({ Bucket: 'audit' }))
  const { stdout: Policy } = await cairn.cairn('policy', 'bucket', 'audit')
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'audit', Policy }))
  await trails.send(new CreateTrailCommand({ Name: 'main', S3BucketName: 'audit', EnableLogFileValidation: true }))
  await trails.send(new StartLoggingCommand({ Name: 'main' }))
  const { StartLoggingTime } = await trails.send(new GetTrailStatusCommand({ Name: 'main' }))
  // The clock is set forward to some seconds before the hour is over, and then goes on as clocks do.
  expect(await cairn.cairn('clock', 'advance', '3585s')).toMatchObject({ code: 0 })
  const digests = async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'audit' }))
    return Contents.filter(({ Key }) => Key?.includes('CloudTrail-Digest'))
  }
  expect(await digests()).toHaveLength(1)
  const [, hourly] = await vi.waitFor(
    async () => {
      const found = await digests()
      expect(found).toHaveLength(2)
      return found
    },
    { timeout: 40_000, interval: 250 },
  )
  // Hours are counted from the second in which logging began.
  const boundaryMs = Math.floor((StartLoggingTime?.getTime() ?? 0) / 1000) * 1000 + 3_600_000
  const name = new Date(boundaryMs).toISOString().replaceAll(/[-:]|\.000/g, '')
  expect(hourly?.Key).toContain(`_${name}.json.gz`)
  const lateMs = (hourly?.LastModified?.getTime() ?? 0) - boundaryMs
  expect(lateMs).toBeGreaterThanOrEqual(0)
  // It is some hundred milliseconds where nothing else runs; a busy machine may take its time.
  expect(lateMs).toBeLessThanOrEqual(10_000)
  s3.destroy()
  trails.destroy()
})
