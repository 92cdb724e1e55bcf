import { expect, test } from 'vitest'
import { configFrom } from '../../config/index.ts'
import { startGateway } from './gateway.fixture.ts'
import { startUpstream } from './upstream.fixture.ts'

const target = (name: string) => ({ headers: { 'x-amz-target': name }, body: '{}' })
const s3 = { service: 's3', method: 'GET', payload: 'UNSIGNED-PAYLOAD' }

test("with an upstream for S3 only the named buckets are our own, and ListBuckets is the upstream's", async () => {
  await using upstream = await startUpstream((_request, response) => response.writeHead(404).end())
  await using gateway = await startGateway(`s3=${upstream.endpoint}`, { 'buckets.own': 'trail-bucket' })
  upstream.seen.length = 0
  const body =
    '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>'
  expect(await gateway.send({ ...s3, method: 'PUT', path: '/trail-bucket', body })).toMatchObject({ status: 200 })
  expect(await gateway.send({ ...s3, path: '/trail-bucket' })).toMatchObject({ status: 200 })
  expect(await gateway.send({ ...s3, headers: { host: 'trail-bucket.localhost' }, path: '/' })).toMatchObject({
    status: 200,
  })
  expect(upstream.seen).toHaveLength(0)
  await gateway.send({ ...s3, path: '/other' })
  await gateway.send({ ...s3, path: '/' })
  await gateway.send({ ...s3, headers: { host: 'other.localhost' }, path: '/key' })
  expect(upstream.seen.map(({ url }) => url)).toEqual(['/other', '/', '/key'])
})

test.each([
  ['/theirs/key', '/trail-bucket/key'],
  ['/trail-bucket/key', 'theirs/a%2Fb'],
  ['/trail-bucket/key', 'theirs%2Fa'],
])(
  "a copy to %s from %s, of one side's to the other's, is refused as what it is, and recorded",
  async (path, source) => {
    await using upstream = await startUpstream((_request, response) => response.writeHead(404).end())
    await using gateway = await startGateway(`s3=${upstream.endpoint}`, { 'buckets.own': 'trail-bucket' })
    upstream.seen.length = 0
    const { status, body } = await gateway.send({
      ...s3,
      method: 'PUT',
      path,
      headers: { 'x-amz-copy-source': source },
    })
    expect([status, String(body)]).toEqual([501, expect.stringContaining('NotImplemented')])
    expect(upstream.seen).toHaveLength(0)
    expect((await gateway.records()).at(-1)).toMatchObject({ eventName: 'CopyObject', errorCode: 'NotImplemented' })
    const within = { ...s3, method: 'PUT', path: '/theirs/key', headers: { 'x-amz-copy-source': '/theirs/other' } }
    expect(await gateway.send(within)).toMatchObject({ status: 404 })
  },
)

test('a bucket of the same name on both sides is an error at start', async () => {
  await using upstream = await startUpstream((request, response) =>
    response.writeHead(request.url === '/trail-bucket' ? 200 : 404).end(),
  )
  const starting = startGateway(`s3=${upstream.endpoint}`, { 'buckets.own': 'free-bucket,trail-bucket' })
  await expect(starting).rejects.toMatchObject({
    code: 'gateway.bucket-on-both-sides',
    fields: { bucket: 'trail-bucket' },
  })
})

test('an upstream that does not tell whether it has a bucket is said, and the start goes on', async () => {
  await using upstream = await startUpstream((_request, response) => response.writeHead(403).end())
  await using gateway = await startGateway(`s3=${upstream.endpoint}`, { 'buckets.own': 'trail-bucket' })
  expect(gateway.log).toMatchObject([{ buckets: ['trail-bucket'], reason: 'not told' }])
})

test('CloudTrail and identity stay our own whatever is configured; others go where they are named', async () => {
  await using upstream = await startUpstream()
  await using gateway = await startGateway(`cloudwatch=${upstream.endpoint} *=${upstream.endpoint}`)
  const own = { service: 'cloudtrail', ...target('CloudTrail_20131101.DescribeTrails') }
  expect(
    await gateway.send({ ...own, headers: { ...own.headers, 'content-type': 'application/x-amz-json-1.1' } }),
  ).toMatchObject({ status: 200 })
  expect(upstream.seen).toHaveLength(0)
  await gateway.send({ service: 'monitoring', ...target('GraniteServiceVersion20100801.ListMetrics') })
  await gateway.send({ service: 'kinesis', ...target('Kinesis_20131202.ListStreams') })
  expect(upstream.seen).toHaveLength(2)
})

test('a service without upstream is refused with the setting that names one', async () => {
  await using upstream = await startUpstream()
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`)
  const { body } = await gateway.send({ service: 'kinesis', ...target('Kinesis_20131202.ListStreams') })
  expect(String(body)).toContain('--upstream kinesis=')
  expect(await gateway.records()).toMatchObject([{ eventSource: 'kinesis.amazonaws.com' }])
})

test("at a port of its own everything is the upstream's", async () => {
  await using upstream = await startUpstream()
  await using gateway = await startGateway(`sts=${upstream.endpoint},port=45123`)
  const [port = 0] = gateway.ownPorts
  const sent = {
    service: 'sts',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  }
  await gateway.send(sent)
  expect(upstream.seen).toHaveLength(0)
  await gateway.send(sent, port)
  expect(upstream.seen).toHaveLength(1)
  expect((await gateway.records()).at(-1)).toMatchObject({ eventName: 'GetCallerIdentity' })
})

test.each([
  ['dynamodb=http://a,sign=resign', /credentials/],
  ['dynamodb=http://a,credentials=env:UP_', /credentials/],
  ['dynamodb=http://a s3,dynamodb=http://b', /two upstreams for dynamodb/],
  ['iam=http://a', /port of its own/],
  ['s3=http://a/path', /without a path/],
  ['s3=ftp://a', /address/],
  ['s3', /expected an upstream/],
  ['s3=http://a,speed=high', /has no speed/],
])('the setting %s is refused with a reason', async (upstreams, reason) => {
  const problems = await configFrom({ upstreams }, '/').then(
    () => [],
    (error: { problems: readonly { problem: string }[] }) => error.problems,
  )
  expect(problems.map(({ problem }) => problem).join()).toMatch(reason)
})

test('rules decide how much is recorded: nothing, who and what, the request, everything', async () => {
  await using upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
    response.end('{"TableDescription":{"TableName":"t"}}')
  })
  const rules = [
    { level: 'none', services: ['dynamodb'], operations: ['Get*'] },
    { level: 'metadata', operations: ['dynamodb:DeleteTable'] },
    { level: 'request', operations: ['CreateTable'], principals: ['arn:aws:iam::*:user/admin'] },
  ]
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`, { 'capture.rules': JSON.stringify(rules) })
  const call = (name: string) => gateway.send({ ...target(`DynamoDB_20120810.${name}`), body: '{"TableName":"t"}' })
  for (const name of ['GetItem', 'DeleteTable', 'CreateTable', 'UpdateTable']) await call(name)
  expect(upstream.seen).toHaveLength(4)
  const parts = (await gateway.records()).map(({ eventName, requestParameters, responseElements }) => ({
    eventName,
    request: requestParameters !== null,
    response: responseElements !== null,
  }))
  expect(parts).toEqual([
    { eventName: 'DeleteTable', request: false, response: false },
    { eventName: 'CreateTable', request: true, response: false },
    { eventName: 'UpdateTable', request: true, response: true },
  ])
})
