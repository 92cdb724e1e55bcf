import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clients } from '@cairn/testkit/clients'
import { type Moto, startMoto } from '@cairn/testkit/moto'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Records as `cairn lookup --ndjson` prints them, as far as it is looked at here. */
interface Found {
  readonly eventName: string
  readonly eventSource: string
  readonly readOnly: boolean
  readonly managementEvent: boolean
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly userIdentity: Readonly<Record<string, unknown>>
  readonly requestParameters: Readonly<Record<string, unknown>> | null
  readonly responseElements: Readonly<Record<string, unknown>> | null
  readonly resources?: readonly { readonly type?: string; readonly ARN?: string }[]
  readonly additionalEventData?: Readonly<Record<string, unknown>>
}

const { aws2, moto: motoClient } = clients()
const absent = [aws2, motoClient].flatMap((client) => (client.kind === 'absent' ? [client.reason] : []))

describe.skipIf(absent.length > 0)(`stock clients through the gateway ${absent.join('; ')}`, () => {
  const aws = aws2.kind === 'present' ? aws2.program : ''
  const folder = temporaryFolder()
  const big = join(folder.path, 'big.bin')
  let moto: Moto
  /** An S3 server that verifies every signature: another Cairn. */
  let store: RunningCairn
  let cairn: RunningCairn

  beforeAll(async () => {
    writeFileSync(big, Buffer.alloc(24 * 1024 * 1024, 'cairn'))
    moto = await startMoto()
    store = await startCairn({ dataDir: join(folder.path, 'store') })
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = store.environment
    const upstreams = [
      ['--upstream', `s3=${store.endpoint},sign=resign,credentials=env:UP_`],
      ['--upstream', `dynamodb,ec2,sqs=${moto.endpoint}`],
    ]
    cairn = await startCairn({
      dataDir: join(folder.path, 'data'),
      args: upstreams.flat(),
      environment: { UP_ACCESS_KEY_ID: AWS_ACCESS_KEY_ID, UP_SECRET_ACCESS_KEY: AWS_SECRET_ACCESS_KEY },
    })
  })

  afterAll(async () => {
    await cairn?.[Symbol.asyncDispose]()
    await store?.[Symbol.asyncDispose]()
    await moto?.[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  async function recorded(...names: readonly string[]): Promise<readonly Found[]> {
    const { stdout } = await cairn.cairn('lookup', '--since', '-5m', '--limit', '1000', '--ndjson')
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Found)
      .filter(({ eventName }) => names.includes(eventName))
  }

  test('a large copy to S3, signed anew and in parts, is recorded with its objects', async () => {
    expect(await cairn.run(aws, 's3', 'mb', 's3://data')).toMatchObject({ code: 0 })
    expect(await cairn.run(aws, 's3', 'cp', big, 's3://data/big.bin', '--quiet')).toMatchObject({ code: 0, stderr: '' })
    const back = join(folder.path, 'back.bin')
    expect(await cairn.run(aws, 's3', 'cp', 's3://data/big.bin', back, '--quiet')).toMatchObject({ code: 0 })
    expect(await cairn.run('cmp', big, back)).toMatchObject({ code: 0 })
    const parts = await recorded('UploadPart')
    expect(parts.length).toBe(3)
    expect(parts[0]).toMatchObject({
      eventSource: 's3.amazonaws.com',
      readOnly: false,
      managementEvent: false,
      userIdentity: { type: 'IAMUser', userName: 'admin' },
      requestParameters: { bucketName: 'data', key: 'big.bin' },
      additionalEventData: { bytesTransferredIn: 8 * 1024 * 1024, SignatureVersion: 'SigV4' },
    })
    expect(parts[0]?.resources?.map(({ ARN }) => ARN)).toContain('arn:aws:s3:::data/big.bin')
    const [created] = await recorded('CreateBucket')
    expect(created).toMatchObject({ managementEvent: true, requestParameters: { bucketName: 'data' } })
    expect((await recorded('CompleteMultipartUpload', 'GetObject')).length).toBeGreaterThanOrEqual(2)
  })

  test('a call that fails is recorded with the error that the client saw', async () => {
    const { code, stderr } = await cairn.run(aws, 'dynamodb', 'describe-table', '--table-name', 'none')
    expect(code).toBeGreaterThan(0)
    expect(stderr).toContain('ResourceNotFoundException')
    const [record] = await recorded('DescribeTable')
    expect(record).toMatchObject({
      eventSource: 'dynamodb.amazonaws.com',
      errorCode: 'ResourceNotFoundException',
      readOnly: true,
      requestParameters: { tableName: 'none' },
      responseElements: null,
    })
    expect(record?.errorMessage).toContain('none')
  })

  test('a change is recorded with what was asked and what came of it', async () => {
    const args = ['create-security-group', '--group-name', 'web', '--description', 'web servers']
    const { stdout } = await cairn.run(aws, 'ec2', ...args)
    const { GroupId } = JSON.parse(stdout) as { GroupId: string }
    const [record] = await recorded('CreateSecurityGroup')
    expect(record).toMatchObject({
      eventSource: 'ec2.amazonaws.com',
      readOnly: false,
      managementEvent: true,
      requestParameters: { groupName: 'web', groupDescription: 'web servers' },
      responseElements: { groupId: GroupId },
    })
  })

  test('what is sent to a queue is recorded with the queue, and without the message', async () => {
    const made = await cairn.run(aws, 'sqs', 'create-queue', '--queue-name', 'jobs', '--query', 'QueueUrl')
    const url: string = JSON.parse(made.stdout)
    const sent = await cairn.run(aws, 'sqs', 'send-message', '--queue-url', url, '--message-body', 'canary')
    expect(sent, sent.stderr).toMatchObject({ code: 0 })
    const received = await cairn.run(aws, 'sqs', 'receive-message', '--queue-url', url)
    expect(received.stdout).toContain('canary')
    const [created] = await recorded('CreateQueue')
    expect(created).toMatchObject({
      managementEvent: true,
      requestParameters: { queueName: 'jobs' },
      responseElements: { queueUrl: url },
    })
    const records = await recorded('SendMessage', 'ReceiveMessage')
    expect(records.map(({ eventName, readOnly }) => `${eventName} ${readOnly}`).sort()).toEqual([
      'ReceiveMessage true',
      'SendMessage false',
    ])
    for (const record of records) {
      expect(record).toMatchObject({ eventSource: 'sqs.amazonaws.com', managementEvent: false })
      expect(record.resources).toMatchObject([
        { type: 'AWS::SQS::Queue', ARN: 'arn:aws:sqs:us-east-1:123456789012:jobs' },
      ])
    }
    expect(JSON.stringify(records)).not.toContain('canary')
  })

  test("Cairn's own services stay its own beside them", async () => {
    const { stdout } = await cairn.run(aws, 'sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text')
    expect(stdout.trim()).toBe('arn:aws:iam::123456789012:user/admin')
    expect(await cairn.run(aws, 'cloudtrail', 'describe-trails')).toMatchObject({ code: 0 })
  })

  test.each([
    ['sns', 'list-topics', 'ListTopics'],
    ['rds', 'describe-db-instances', 'DescribeDBInstances'],
    ['lambda', 'list-functions', 'ListFunctions20150331'],
    ['route53', 'list-hosted-zones', 'ListHostedZones'],
    ['logs', 'describe-log-groups', 'DescribeLogGroups'],
    ['monitoring', 'list-metrics', 'ListMetrics'],
  ])(
    'a service nobody serves (%s) is refused with the setting to set, as its client shows errors',
    async (service, command, name) => {
      const { stderr } = await cairn.run(aws, service === 'monitoring' ? 'cloudwatch' : service, command)
      expect(stderr).toMatch(/An error occurred \((InvalidAction|MethodNotAllowed|UnknownOperation\w*)\) when calling/)
      expect(stderr).toContain(`--upstream ${service}=ENDPOINT`)
      expect(await recorded(name)).toHaveLength(1)
    },
  )
})
