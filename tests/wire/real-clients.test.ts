import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clients, programOf } from '@cairn/testkit/clients'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

/** Stock clients, unchanged, do the first things that somebody tries. */

const folder = temporaryFolder()
let cairn: RunningCairn
beforeAll(async () => {
  cairn = await startCairn({ dataDir: join(folder.path, 'data') })
})
afterAll(async () => {
  await cairn?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const found = clients()

describe.concurrent.each([
  { name: 'aws-cli 1', client: found.aws1, bucket: 'audit-one' },
  { name: 'aws-cli 2', client: found.aws2, bucket: 'audit-two' },
])('$name', ({ client, bucket }) => {
  const aws = async (...args: string[]) => {
    const { code, stdout, stderr } = await cairn.run(programOf(client), ...args, '--output', 'json')
    expect(stderr).toBe('')
    expect(code).toBe(0)
    return stdout === '' ? undefined : JSON.parse(stdout)
  }

  test.skipIf(client.kind === 'absent')('goes from an empty installation to a trail and its record', async () => {
    const trail = bucket.replace('audit', 'trail')
    expect(await aws('sts', 'get-caller-identity')).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/admin',
    })
    await aws('s3api', 'create-bucket', '--bucket', bucket)
    const policy = join(folder.path, `${bucket}.json`)
    writeFileSync(policy, (await cairn.cairn('policy', 'bucket', bucket)).stdout)
    await aws('s3api', 'put-bucket-policy', '--bucket', bucket, '--policy', `file://${policy}`)
    const created = await aws(
      ...['cloudtrail', 'create-trail', '--name', trail, '--s3-bucket-name', bucket],
      ...['--is-multi-region-trail', '--enable-log-file-validation'],
    )
    expect(created).toMatchObject({ Name: trail, S3BucketName: bucket, IsMultiRegionTrail: true })
    await aws('cloudtrail', 'start-logging', '--name', trail)
    expect(await aws('cloudtrail', 'get-trail-status', '--name', trail)).toMatchObject({ IsLogging: true })
    const lookup = ['cloudtrail', 'lookup-events', '--lookup-attributes']
    await vi.waitFor(
      async () => {
        const found = await aws(...lookup, `AttributeKey=ResourceName,AttributeValue=${trail}`)
        expect(found.Events.map((event: { EventName: string }) => event.EventName)).toContain('CreateTrail')
      },
      { timeout: 10_000 },
    )
  })

  test.skipIf(client.kind === 'absent')('shows an error under its own name, in words', async () => {
    const { code, stderr } = await cairn.run(programOf(client), 'cloudtrail', 'get-trail', '--name', 'missing')
    expect(code).not.toBe(0)
    expect(stderr).toContain('(TrailNotFoundException)')
  })

  test.skipIf(client.kind === 'absent')('stores an object and reads the same bytes back', async () => {
    const bytes = 'x'.repeat(100_000)
    const file = join(folder.path, `${bucket}.txt`)
    writeFileSync(file, bytes)
    await aws('s3api', 'create-bucket', '--bucket', `${bucket}-objects`)
    const upload = await cairn.run(programOf(client), 's3', 'cp', file, `s3://${bucket}-objects/a/b.txt`)
    expect(upload.stderr).toBe('')
    const { stdout } = await cairn.run(programOf(client), 's3', 'cp', `s3://${bucket}-objects/a/b.txt`, '-')
    expect(stdout).toBe(bytes)
  })
})

test.skipIf(found.python.kind === 'absent')('boto3 raises the exception type of each error', async () => {
  const script = `
import boto3
trails = boto3.client('cloudtrail')
assert trails.describe_trails()['ResponseMetadata']['HTTPStatusCode'] == 200
try:
    trails.get_trail_status(Name='missing')
except trails.exceptions.TrailNotFoundException as error:
    print(error.response['Error']['Code'])
buckets = boto3.client('s3')
try:
    buckets.get_object(Bucket='no-such-bucket-here', Key='x')
except buckets.exceptions.NoSuchBucket as error:
    print(error.response['Error']['Code'])
`
  const { stdout, stderr } = await cairn.run(programOf(found.python), '-c', script)
  expect(stderr).toBe('')
  expect(stdout.trim().split('\n')).toEqual(['TrailNotFoundException', 'NoSuchBucket'])
})

test('the log is one JSON value a line and holds no secret', async () => {
  const secret = cairn.environment.AWS_SECRET_ACCESS_KEY ?? ''
  expect(secret).not.toBe('')
  const lines = cairn.log().trim().split('\n')
  for (const line of lines)
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), time: expect.any(String) })
  expect(cairn.log()).not.toContain(secret)
})
