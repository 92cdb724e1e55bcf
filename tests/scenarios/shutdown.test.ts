import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CloudTrailClient, DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { Credentials } from '@cairn/aws-kit/sigv4'
import { openRawConnection } from '@cairn/testkit/raw-connection'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, onTestFinished, test } from 'vitest'
import { signedMessage, trailCall } from '../wire/signed-message.ts'

/** How a server ends: asked to, told twice, or because its disk cannot be trusted any more. */

function freshFolder() {
  const folder = temporaryFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  return { path: folder.path, dataDir: join(folder.path, 'data') }
}

async function start(dataDir: string, preload?: string): Promise<RunningCairn> {
  const cairn = await startCairn({ dataDir, ...(preload !== undefined && { preload }) })
  onTestFinished(() => cairn.kill())
  return cairn
}

const breakable = join(import.meta.dirname, 'breakable-disk.fixture.js')

function credentialsOf({ environment }: RunningCairn): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = environment
  return { accessKeyId, secretAccessKey }
}
const clientOptions = (cairn: RunningCairn) => ({
  endpoint: cairn.endpoint,
  region: 'us-east-1',
  credentials: credentialsOf(cairn),
  maxAttempts: 1,
})
const s3 = (cairn: RunningCairn) => new S3Client({ ...clientOptions(cairn), forcePathStyle: true })

/** An upload of 100 bytes and a call, each with half of its body still to come. */
async function halfSent(cairn: RunningCairn) {
  const { host } = new URL(cairn.endpoint)
  const body = 'x'.repeat(100)
  const messages = {
    upload: { service: 's3', method: 'PUT', path: '/stage/object', body },
    call: trailCall('DescribeTrails', `{}${' '.repeat(98)}`),
  }
  const send = async (bytes: Buffer) => {
    const connection = await openRawConnection(cairn.endpoint)
    onTestFinished(() => connection[Symbol.dispose]())
    connection.send(bytes.subarray(0, -50))
    return { connection, finish: () => connection.send(bytes.subarray(-50)) }
  }
  const upload = await send(signedMessage(messages.upload, credentialsOf(cairn), host))
  const call = await send(signedMessage(messages.call, credentialsOf(cairn), host))
  await sleep(300)
  return { upload, call }
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s finishes the upload and the call in flight and exits 0',
  async (signal) => {
    const { dataDir } = freshFolder()
    const cairn = await start(dataDir)
    await s3(cairn).send(new CreateBucketCommand({ Bucket: 'stage' }))
    const { upload, call } = await halfSent(cairn)
    cairn.signal(signal)
    await expect
      .poll(() =>
        openRawConnection(cairn.endpoint).then(
          () => 'open',
          () => 'refused',
        ),
      )
      .toBe('refused')
    upload.finish()
    call.finish()
    for (const { connection } of [upload, call]) {
      expect((await connection.closed()).text).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i)
    }
    expect(await cairn.ended).toBe(0)
    expect(existsSync(join(dataDir, 'server.json'))).toBe(false)
    const again = await start(dataDir)
    const object = await s3(again).send(new GetObjectCommand({ Bucket: 'stage', Key: 'object' }))
    expect(await object.Body?.transformToString()).toBe('x'.repeat(100))
  },
)

test('a second SIGTERM cuts what is in flight; nothing of it remains, and it still exits 0', async () => {
  const { dataDir } = freshFolder()
  const cairn = await start(dataDir)
  await s3(cairn).send(new CreateBucketCommand({ Bucket: 'stage' }))
  const { upload, call } = await halfSent(cairn)
  cairn.signal('SIGTERM')
  await sleep(700)
  cairn.signal('SIGTERM')
  expect(await cairn.ended).toBe(0)
  for (const { connection } of [upload, call]) expect((await connection.closed()).text).toBe('')
  const again = await start(dataDir)
  await expect(s3(again).send(new GetObjectCommand({ Bucket: 'stage', Key: 'object' }))).rejects.toThrow(/exist/)
  expect(again.log()).not.toContain('concluded')
})

test('a write that cannot be made durable ends the process with an error; the next start has all that was answered', async () => {
  const { path, dataDir } = freshFolder()
  const cairn = await start(dataDir, breakable)
  await s3(cairn).send(new CreateBucketCommand({ Bucket: 'answered' }))
  await writeFile(join(path, 'fail-sync'), '')
  await expect(s3(cairn).send(new CreateBucketCommand({ Bucket: 'unanswered' }))).rejects.toThrow()
  expect(await cairn.ended).not.toBe(0)
  expect(cairn.log()).toContain('durability in doubt: stopping')
  await rm(join(path, 'fail-sync'))
  const again = await start(dataDir)
  const { Buckets } = await s3(again).send(new ListBucketsCommand({}))
  expect(Buckets?.map(({ Name }) => Name)).toEqual(['answered'])
  await expect
    .poll(() => recordsOf(again, 'CreateBucket'))
    .toMatchObject([{ requestParameters: { bucketName: 'answered' } }])
  expect((await again.cairn('fsck')).code).toBe(0)
})

test('on a full disk writers get 503, readers are served, refusals are recorded, and it goes on by itself', async () => {
  const { path, dataDir } = freshFolder()
  const cairn = await start(dataDir, breakable)
  await s3(cairn).send(new CreateBucketCommand({ Bucket: 'before' }))
  await writeFile(join(path, 'full'), '')
  const refused = s3(cairn).send(new CreateBucketCommand({ Bucket: 'meanwhile' }))
  await expect(refused).rejects.toMatchObject({ name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } })
  await expect(s3(cairn).send(new DeleteBucketCommand({ Bucket: 'before' }))).rejects.toThrow()
  const trails = await new CloudTrailClient(clientOptions(cairn)).send(new DescribeTrailsCommand({}))
  expect(trails.trailList).toEqual([])
  expect((await s3(cairn).send(new ListBucketsCommand({}))).Buckets).toHaveLength(1)
  await expect
    .poll(() => recordsOf(cairn, 'CreateBucket'))
    .toContainEqual(
      expect.objectContaining({
        errorCode: 'ServiceUnavailable',
        requestParameters: expect.objectContaining({ bucketName: 'meanwhile' }),
      }),
    )
  await rm(join(path, 'full'))
  await expect
    .poll(
      () =>
        s3(cairn)
          .send(new CreateBucketCommand({ Bucket: 'after' }))
          .then(
            () => 'made',
            ({ name }) => name,
          ),
      { timeout: 20_000 },
    )
    .toBe('made')
  expect(await cairn.stop()).toBe(0)
  const facts = await readFile(join(dataDir, 'server.json'), 'utf8').catch(() => 'gone')
  expect(facts).toBe('gone')
})

async function recordsOf(cairn: RunningCairn, eventName: string): Promise<readonly Record<string, unknown>[]> {
  const { stdout } = await cairn.cairn('lookup', '--event-name', eventName, '--ndjson')
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]))
}
