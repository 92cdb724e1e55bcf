import { join } from 'node:path'
import {
  CloudTrailClient,
  CreateTrailCommand,
  DescribeTrailsCommand,
  GetTrailStatusCommand,
  ListPublicKeysCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail'
import { CreateBucketCommand, DeleteBucketPolicyCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { fullSize } from '@cairn/testkit'
import { clients, programOf } from '@cairn/testkit/clients'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/**
 * A month of a trail's life on a test clock, then verified by stock clients: restarts, a rotated key, an outage, a
 * changed bucket, a stop and a start.
 */

const found = clients()
const folder = temporaryFolder()
const dataDir = join(folder.path, 'data')
const args = ['--clock', 'test=-31d', '--delivery-flush-after', '1s']
const regions = ['us-east-1', 'eu-central-1', 'ap-south-1']
const trail = 'arn:aws:cloudtrail:us-east-1:123456789012:trail/main'

let cairn: RunningCairn

/** The SDK does what would take a client of its own for each call; validating is the clients' part. */
function trails(region = 'us-east-1'): CloudTrailClient {
  return new CloudTrailClient(settings(region))
}

function settings(region: string) {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = cairn.environment
  return { region, endpoint: cairn.endpoint, credentials: { accessKeyId, secretAccessKey } }
}

function buckets(): S3Client {
  return new S3Client({ ...settings('us-east-1'), forcePathStyle: true })
}

async function advance(time: string): Promise<void> {
  expect(await cairn.cairn('clock', 'advance', time)).toMatchObject({ code: 0, stderr: '' })
}

async function restart(): Promise<void> {
  expect(await cairn.stop()).toBe(0)
  cairn = await startCairn({ dataDir, args })
}

async function callEverywhere(): Promise<void> {
  for (const region of regions) await trails(region).send(new DescribeTrailsCommand({}))
}

async function allow(bucket: string): Promise<void> {
  const { stdout: Policy } = await cairn.cairn('policy', 'bucket', bucket)
  await buckets().send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }))
}

const status = () => trails().send(new GetTrailStatusCommand({ Name: 'main' }))

describe('a month of digests', () => {
  beforeAll(async () => {
    cairn = await startCairn({ dataDir, args })
    for (const bucket of ['audit', 'audit-two']) {
      await buckets().send(new CreateBucketCommand({ Bucket: bucket }))
      await allow(bucket)
    }
    const wanted = { Name: 'main', S3BucketName: 'audit', IsMultiRegionTrail: true, EnableLogFileValidation: true }
    await trails().send(new CreateTrailCommand(wanted))
    await trails().send(new StartLoggingCommand({ Name: 'main' }))
    await callEverywhere()
    await advance('3h')
    await restart()
    await callEverywhere()

    // An outage: the bucket refuses for hours, and takes everything afterwards.
    await buckets().send(new DeleteBucketPolicyCommand({ Bucket: 'audit' }))
    await advance('4h')
    expect(await status()).toMatchObject({ LatestDigestDeliveryError: 'AccessDenied' })
    await allow('audit')
    await advance('1h')
    expect((await status()).LatestDigestDeliveryError).toBeUndefined()

    await cairn.kill()
    cairn = await startCairn({ dataDir, args })
    await callEverywhere()
    await advance('29d')

    await trails().send(new StopLoggingCommand({ Name: 'main' }))
    await advance('2m')
    await advance('2m')
    await advance('5h')
    await trails().send(new StartLoggingCommand({ Name: 'main' }))
    await callEverywhere()
    await advance('2h')
    await trails().send(new UpdateTrailCommand({ Name: 'main', S3BucketName: 'audit-two' }))
    await callEverywhere()
    await advance('3h')
  }, 120_000)
  afterAll(async () => {
    await cairn?.[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  test('has a rotated key, and ListPublicKeys gives each for its time', async () => {
    const all = JSON.parse((await cairn.cairn('keys', 'export', '--public')).stdout)
    const home = all.PublicKeyList.filter(({ Region }: { Region: string }) => Region === 'us-east-1')
    expect(home.length).toBeGreaterThanOrEqual(2)
    const first = home[0]
    const at = new Date(first.ValidityStartTime)
    const { PublicKeyList: listed } = await trails().send(new ListPublicKeysCommand({ StartTime: at, EndTime: at }))
    expect(listed?.map(({ Fingerprint, Value }) => [Fingerprint, Buffer.from(Value ?? []).toString('base64')])).toEqual(
      [[first.Fingerprint, first.Value]],
    )
    const backwards = new ListPublicKeysCommand({ StartTime: new Date(at.getTime() + 1000), EndTime: at })
    await expect(trails().send(backwards)).rejects.toMatchObject({ name: 'InvalidTimeRangeException' })
  })

  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19)
  const wholeDays = 60
  const someDays = fullSize(4, wholeDays)

  test.each(
    [
      { name: 'aws-cli 1', program: found.aws1, region: 'us-east-1', days: wholeDays },
      { name: 'aws-cli 1', program: found.aws1, region: 'eu-central-1', days: someDays },
      { name: 'aws-cli 1', program: found.aws1, region: 'ap-south-1', days: someDays },
      { name: 'aws-cli 2', program: found.aws2, region: 'us-east-1', days: someDays },
      { name: 'aws-cli 2', program: found.aws2, region: 'eu-central-1', days: someDays },
      { name: 'aws-cli 2', program: found.aws2, region: 'ap-south-1', days: someDays },
    ].filter(({ program }) => program.kind === 'present'),
  )('$name finds every file of $region valid', async ({ program, region, days }) => {
    const question = [
      '--trail-arn',
      trail,
      '--start-time',
      daysAgo(days),
      '--end-time',
      '2100-01-01',
      '--region',
      region,
    ]
    const answer = await cairn.run(programOf(program), 'cloudtrail', 'validate-logs', ...question, '--verbose')
    expect(answer.stdout + answer.stderr).not.toContain('INVALID')
    expect(answer.code).toBe(0)
    const [, valid, total] = /(\d+)\/(\d+) digest files valid/.exec(answer.stdout) ?? []
    expect(Number(valid)).toBe(Number(total))
    expect(Number(total)).toBeGreaterThan(days === wholeDays ? 29 * 24 : 24)
    expect(answer.stdout).toMatch(/log files valid/)
  })

  test('cairn verify finds nothing either, over both buckets', async () => {
    const verified = await cairn.cairn('verify', 's3://audit', 's3://audit-two', '--trail', trail, '--json')
    const report = JSON.parse(verified.stdout)
    expect(report.findings).toEqual([])
    expect(report.chains).toHaveLength(regions.length)
    expect(report.digests.proven).toBe(report.digests.found)
    expect(verified.code).toBe(0)
  })

  test('cairn verify of one bucket says that the chain comes out of the other', async () => {
    const { code, stdout } = await cairn.cairn('verify', 's3://audit-two', '--json')
    const kinds = JSON.parse(stdout).findings.map(({ kind }: { kind: string }) => kind)
    expect(new Set(kinds)).toEqual(new Set(['other-bucket']))
    expect(code).toBe(7)
  })
})
