import { createHash, createHmac } from 'node:crypto'
import { crc32 } from 'node:zlib'
import {
  decodePayload,
  deriveSigningKey,
  encodeChunks,
  encodedLength,
  presign,
  readAuthentication,
  type SignedRequest,
  signRequest,
  verifyRequest,
} from '@cairn/aws-kit/sigv4'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configFrom } from '../../config/index.ts'
import { systemClock } from '../../storage/system/clock.ts'
import { exchange, startGateway } from './gateway.fixture.ts'
import { type SeenRequest, startUpstream, type TestUpstream } from './upstream.fixture.ts'

const upstreamKey = { accessKeyId: 'UPSTREAMKEY', secretAccessKey: 'upstream-secret' }
const streaming = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'

let upstream: TestUpstream
let gateway: Awaited<ReturnType<typeof startGateway>>

beforeAll(async () => {
  process.env.GWTEST_ACCESS_KEY_ID = upstreamKey.accessKeyId
  process.env.GWTEST_SECRET_ACCESS_KEY = upstreamKey.secretAccessKey
  upstream = await startUpstream()
  gateway = await startGateway(`s3,dynamodb,ec2=${upstream.endpoint},sign=resign,credentials=env:GWTEST_`)
})

afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})

/** What the upstream got, verified as a server would that knows only its own credentials; gives the content. */
async function verified(request: SeenRequest | undefined): Promise<Buffer> {
  if (request === undefined) throw new TypeError('nothing was seen')
  const [path = '', query = ''] = request.url.split('?')
  const head = { method: request.method, path, query, headers: request.rawHeaders }
  const authentication = readAuthentication(head, systemClock.nowMs()) as SignedRequest
  expect(authentication.accessKeyId).toBe(upstreamKey.accessKeyId)
  const key = deriveSigningKey(upstreamKey.secretAccessKey, authentication.scope)
  verifyRequest(authentication, key, authentication.payload.kind === 'whole' ? request.body : undefined)
  if (authentication.payload.kind === 'whole') return request.body
  const parts: Uint8Array[] = []
  for await (const part of decodePayload(authentication, inOne(request.body), key)) parts.push(part)
  return Buffer.concat(parts)
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const lastSeen = () => upstream.seen.at(-1)
const lastRecord = async () => (await gateway.records()).at(-1)

test("a call of a service that signs whole bodies arrives signed with the upstream's key, the caller's gone", async () => {
  const sent = { headers: { 'x-amz-target': 'DynamoDB_20120810.PutItem' }, body: '{"TableName":"t","Item":{}}' }
  expect(await gateway.send(sent)).toMatchObject({ status: 200 })
  expect(String(await verified(lastSeen()))).toBe(sent.body)
  expect(lastSeen()?.headers.host).toBe(new URL(upstream.endpoint).host)
  expect(JSON.stringify(lastSeen())).not.toContain(gateway.admin.accessKeyId)
  expect(await lastRecord()).toMatchObject({ eventName: 'PutItem', userIdentity: { userName: 'admin' } })
})

test.each(['DELETE', 'GET', 'HEAD'])('%s with a length of nought among what is signed arrives so', async (method) => {
  const sent = { service: 's3', method, path: '/data/key', headers: { 'content-length': '0' } }
  expect(await gateway.send(sent)).toMatchObject({ status: 200 })
  expect(lastSeen()?.headers['content-length']).toBe('0')
  await verified(lastSeen())
})

test('an announced hash is covered by the new signature', async () => {
  const body = Buffer.alloc(300_000, 'abc')
  const payload = createHash('sha256').update(body).digest('hex')
  expect(await gateway.send({ service: 's3', method: 'PUT', path: '/data/k%20y', body, payload })).toMatchObject({
    status: 200,
  })
  expect(lastSeen()?.headers['x-amz-content-sha256']).toBe(payload)
  expect((await verified(lastSeen())).equals(body)).toBe(true)
})

test.each([
  ['small', 100],
  ['large', 300_000],
])('a %s body that is not what was announced never becomes whole at the upstream', async (_size, size) => {
  const before = upstream.seen.length
  const payload = createHash('sha256').update('something else').digest('hex')
  const sent = { service: 's3', method: 'PUT', path: '/data/key', body: Buffer.alloc(size, 'x'), payload }
  const { status, body } = await gateway.send(sent)
  expect({ status, body: String(body) }).toEqual({
    status: 400,
    body: expect.stringContaining('XAmzContentSHA256Mismatch'),
  })
  expect(upstream.seen.slice(before).filter(({ isWhole }) => isWhole)).toEqual([])
  expect(await lastRecord()).toMatchObject({ eventName: 'PutObject', errorCode: 'XAmzContentSHA256Mismatch' })
})

/** A body in signed chunks, as SDKs send it. */
async function chunked(content: Buffer, options: { readonly hasTrailer?: boolean } = {}) {
  const { hasTrailer = false } = options
  const trailers = hasTrailer ? ['x-amz-checksum-crc32'] : []
  const length = encodedLength(content.length, trailers)
  const signed = signRequest({
    method: 'PUT',
    path: '/data/key',
    headers: {
      host: `127.0.0.1:${gateway.port}`,
      'content-encoding': 'aws-chunked',
      'content-length': String(length),
      'x-amz-decoded-content-length': String(content.length),
      ...(hasTrailer && { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
    },
    payload: hasTrailer ? `${streaming}-TRAILER` : streaming,
    service: 's3',
    region: 'eu-west-1',
    credentials: gateway.admin,
    nowMs: systemClock.nowMs(),
  })
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32(content))
  const parts: Uint8Array[] = []
  const checksums = () => [{ algorithm: 'CRC32', value: crc.toString('base64') }]
  const encoding = { chain: { ...signed, key: signed.signingKey }, trailers, checksums }
  for await (const part of encodeChunks(inOne(content), encoding)) parts.push(part)
  return { method: 'PUT', path: '/data/key', headers: signed.headers, body: Buffer.concat(parts) }
}

test.each([[false], [true]])(
  'signed chunks (trailer: %s) are verified and signed anew in a chain of their own',
  async (hasTrailer) => {
    const content = Buffer.alloc(250_000, 'chunk')
    const sent = await chunked(content, { hasTrailer })
    expect(await exchange(sent, gateway.port)).toMatchObject({ status: 200 })
    expect((await verified(lastSeen())).equals(content)).toBe(true)
    expect(lastSeen()?.body.equals(sent.body)).toBe(false)
    expect(await lastRecord()).toMatchObject({ additionalEventData: { bytesTransferredIn: content.length } })
  },
)

test('one wrong byte in a signed chunk: the upstream never gets a whole body, the client its error', async () => {
  const before = upstream.seen.length
  const sent = await chunked(Buffer.alloc(250_000, 'chunk'))
  sent.body[200_000] = 0
  const { status, body } = await exchange(sent, gateway.port)
  expect({ status, body: String(body) }).toEqual({
    status: 403,
    body: expect.stringContaining('SignatureDoesNotMatch'),
  })
  expect(upstream.seen.slice(before).filter(({ isWhole }) => isWhole)).toEqual([])
  expect(await lastRecord()).toMatchObject({
    errorCode: 'SignatureDoesNotMatch',
    additionalEventData: { outcome: 'unknown' },
  })
})

test('trailers without signature pass as they are', async () => {
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32('hello'))
  const body = `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${crc.toString('base64')}\r\n\r\n`
  const headers = {
    'x-amz-decoded-content-length': '5',
    'x-amz-trailer': 'x-amz-checksum-crc32',
    'content-encoding': 'aws-chunked',
  }
  const payload = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
  expect(await gateway.send({ service: 's3', method: 'PUT', path: '/data/key', headers, body, payload })).toMatchObject(
    { status: 200 },
  )
  expect(String(lastSeen()?.body)).toBe(body)
  expect(String(await verified(lastSeen()))).toBe('hello')
})

test('a presigned address is verified, and what proves it does not go upstream', async () => {
  const host = `127.0.0.1:${gateway.port}`
  const nowMs = systemClock.nowMs()
  const parts = {
    method: 'GET',
    path: '/data/key',
    query: 'versionId=7',
    headers: { host },
    service: 's3',
    region: 'eu-west-1',
  }
  const query = presign({ ...parts, credentials: gateway.admin, nowMs, expiresSeconds: 60 })
  expect(await exchange({ method: 'GET', path: '/data/key', query, headers: { host } }, gateway.port)).toMatchObject({
    status: 200,
  })
  expect(lastSeen()?.url).toBe('/data/key?versionId=7')
  await verified(lastSeen())
  const tampered = query.replace('versionId=7', 'versionId=8')
  expect(
    await exchange({ method: 'GET', path: '/data/key', query: tampered, headers: { host } }, gateway.port),
  ).toMatchObject({ status: 403 })
  expect(await lastRecord()).toMatchObject({
    errorCode: 'SignatureDoesNotMatch',
    additionalEventData: { refusedBy: 'cairn' },
  })
})

test('headers that a presigned address has in its query go upstream as headers, and are judged as such', async () => {
  const host = `127.0.0.1:${gateway.port}`
  const put = (query: string, credentials = gateway.admin) => {
    const parts = { method: 'PUT', path: '/data/key', query, headers: { host }, service: 's3', region: 'eu-west-1' }
    const signed = presign({ ...parts, credentials, nowMs: systemClock.nowMs(), expiresSeconds: 60 })
    return exchange({ method: 'PUT', path: '/data/key', query: signed, headers: { host }, body: 'x' }, gateway.port)
  }
  expect(await put('x-amz-meta-colour=dark%20blue&x-id=PutObject')).toMatchObject({ status: 200 })
  expect(lastSeen()).toMatchObject({ url: '/data/key?x-id=PutObject', headers: { 'x-amz-meta-colour': 'dark blue' } })
  await verified(lastSeen())
  const before = upstream.seen.length
  expect(await put('x-amz-copy-source=%2Fsecret%2Fkey', await reader())).toMatchObject({ status: 403 })
  expect(await lastRecord()).toMatchObject({ eventName: 'CopyObject', errorCode: 'AccessDenied' })
  expect(upstream.seen.length).toBe(before)
})

test('a presigned address of the second version is signed anew in the region of the installation', async () => {
  const host = `127.0.0.1:${gateway.port}`
  const expires = Math.floor(systemClock.nowMs() / 1000) + 60
  const text = `GET\n\n\n${expires}\n/data/key?versionId=7`
  const signature = createHmac('sha1', gateway.admin.secretAccessKey).update(text)
  const proof = `AWSAccessKeyId=${gateway.admin.accessKeyId}&Signature=${encodeURIComponent(signature.digest('base64'))}`
  const query = `versionId=7&${proof}&Expires=${expires}`
  const sent = { method: 'GET', path: '/data/key', query, headers: { host } }
  expect(await exchange(sent, gateway.port)).toMatchObject({ status: 200 })
  expect(lastSeen()?.url).toBe('/data/key?versionId=7')
  expect(lastSeen()?.headers.authorization).toContain('/us-east-1/s3/aws4_request')
  await verified(lastSeen())
  expect(await lastRecord()).toMatchObject({
    eventName: 'GetObject',
    additionalEventData: { SignatureVersion: 'SigV2', AuthenticationMethod: 'QueryString' },
  })
})

test('a bucket in the host name goes upstream in the path', async () => {
  const headers = { host: `data.localhost:${gateway.port}` }
  const sent = { service: 's3', method: 'GET', path: '/key', headers, payload: 'UNSIGNED-PAYLOAD' }
  expect(await gateway.send(sent)).toMatchObject({ status: 200 })
  expect(lastSeen()?.url).toBe('/data/key')
  await verified(lastSeen())
})

/** A user who may read one bucket and nothing else. */
async function reader() {
  return userWith({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' })
}

/** A user of its own who may do what the statements say, or the actions on everything. */
async function userWith(...allowed: readonly (string | object)[]) {
  const iam = (query: string) =>
    gateway.send({
      service: 'iam',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `Version=2010-05-08&${query}`,
    })
  const name = `user-${crypto.randomUUID()}`
  const Statement = allowed.map((one) =>
    typeof one === 'string' ? { Effect: 'Allow', Action: one, Resource: '*' } : one,
  )
  const policy = encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement }))
  await iam(`Action=CreateUser&UserName=${name}`)
  await iam(`Action=PutUserPolicy&UserName=${name}&PolicyName=p&PolicyDocument=${policy}`)
  const text = String((await iam(`Action=CreateAccessKey&UserName=${name}`)).body)
  const of = (tag: string) => new RegExp(`<${tag}>([^<]+)<`).exec(text)?.[1] ?? ''
  return { accessKeyId: of('AccessKeyId'), secretAccessKey: of('SecretAccessKey') }
}

test("a caller may do what Cairn's IAM lets him and nothing else, whatever the upstream's credentials may", async () => {
  const credentials = await reader()
  const get = (path: string) => ({ service: 's3', method: 'GET', path, credentials, payload: 'UNSIGNED-PAYLOAD' })
  expect(await gateway.send(get('/data/key'))).toMatchObject({ status: 200 })
  const before = upstream.seen.length
  expect(await gateway.send(get('/other/key'))).toMatchObject({ status: 403 })
  expect(await lastRecord()).toMatchObject({
    eventName: 'GetObject',
    errorCode: 'AccessDenied',
    additionalEventData: { refusedBy: 'cairn' },
  })
  expect(await gateway.send({ ...get('/data/key'), method: 'PUT', body: 'x' })).toMatchObject({ status: 403 })
  expect(await gateway.send({ ...get('/data/'), method: 'GET' })).toMatchObject({ status: 403 })
  expect(upstream.seen.length).toBe(before)
})

test("copying needs permission to read the source, which the upstream's credentials would not ask for", async () => {
  const credentials = await reader()
  const headers = { 'x-amz-copy-source': '/secret/key' }
  const copy = { service: 's3', method: 'PUT', path: '/data/key', headers, credentials, payload: 'UNSIGNED-PAYLOAD' }
  expect(await gateway.send(copy)).toMatchObject({ status: 403 })
  expect(String((await gateway.send({ ...copy, credentials: gateway.admin })).body)).toBe('{}')
})

test.each([
  ['GET', '/data/key?versionId=v', {}, ''],
  ['HEAD', '/data/key?versionId=v', {}, ''],
  ['DELETE', '/data/key?versionId=v', {}, ''],
  ['DELETE', '/data/key', { 'x-amz-bypass-governance-retention': 'true' }, ''],
  ['PUT', '/data/key', { 'x-amz-acl': 'public-read' }, ''],
  ['PUT', '/data/key', { 'x-amz-grant-read': 'uri=x' }, ''],
  ['PUT', '/data/key', { 'x-amz-tagging': 'a=b' }, ''],
  ['PUT', '/data/key', { 'x-amz-object-lock-mode': 'GOVERNANCE' }, ''],
  ['PUT', '/data/key', { 'x-amz-object-lock-legal-hold': 'ON' }, ''],
  ['PUT', '/data/key', { 'x-amz-copy-source': '/data/other?versionId=v' }, ''],
  ['POST', '/data?delete', {}, '<Delete><Object><Key>a</Key><VersionId>v</VersionId></Object></Delete>'],
  ['POST', '/data?delete', {}, '<!DOCTYPE a [<!ENTITY b "">]><Delete><Object><Key>a</Key></Object></Delete>'],
])('%s %s %j %s needs more than the plain permission for its operation', async (method, target, headers, body) => {
  const credentials = await userWith('s3:GetObject', 's3:PutObject', 's3:DeleteObject')
  const [path = '', query = ''] = target.split('?')
  const sent = { service: 's3', method, path, query, headers, body, credentials }
  const before = upstream.seen.length
  expect((await gateway.send(sent)).status).toBe(403)
  expect(upstream.seen.length).toBe(before)
  expect((await gateway.send({ ...sent, credentials: gateway.admin })).status).toBe(200)
})

test('objects are deleted in a batch without permission for versions when it names none', async () => {
  const credentials = await userWith('s3:DeleteObject')
  const body = '<?xml version="1.0" encoding="UTF-8"?><Delete><Object><Key>a</Key></Object></Delete>'
  const sent = { service: 's3', method: 'POST', path: '/data', query: 'delete', body, credentials }
  expect((await gateway.send(sent)).status).toBe(200)
})

test("what a policy says of a request's parameters and headers holds", async () => {
  const credentials = await userWith(
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*', Condition: { StringLike: { 's3:prefix': 'mine/*' } } },
    { Effect: 'Allow', Action: ['s3:PutObject', 's3:PutObjectAcl'], Resource: '*' },
    {
      Effect: 'Deny',
      Action: 's3:PutObject',
      Resource: '*',
      Condition: { StringEquals: { 's3:x-amz-acl': 'public-read' } },
    },
  )
  const status = async (method: string, target: string, headers = {}) => {
    const [path = '', query = ''] = target.split('?')
    return (await gateway.send({ service: 's3', method, path, query, headers, credentials })).status
  }
  expect(await status('GET', '/data?list-type=2&prefix=mine%2Fa')).toBe(200)
  expect(await status('GET', '/data?list-type=2&prefix=yours')).toBe(403)
  expect(await status('GET', '/data?list-type=2')).toBe(403)
  expect(await status('GET', '/data?list-type=2&prefix=mine%2Fa&prefix=yours')).toBe(403)
  expect(await status('GET', '/data?list-type=2&prefix=mine%2Fa&Prefix=yours')).toBe(403)
  expect(await status('PUT', '/data/key', { 'x-amz-acl': 'private' })).toBe(200)
  expect(await status('PUT', '/data/key', { 'x-amz-acl': 'public-read' })).toBe(403)
})

test.each([
  ['GET', '/data/../secret/key', {}],
  ['GET', '/data/%2e%2e/secret/key', {}],
  ['GET', '/data/..%2fsecret/key', {}],
  ['GET', '//secret/key', {}],
  ['GET', '/data%2Fkey', {}],
  ['PUT', '/data/key', { 'x-amz-copy-source': '/data/../secret/key' }],
  ['GET', '/data?policy&location', {}],
])('%s %s (%j) can be read in more than one way and is denied', async (method, target, headers) => {
  const before = upstream.seen.length
  const [path = '', query = ''] = target.split('?')
  const sent = { service: 's3', method, path, query, headers, payload: 'UNSIGNED-PAYLOAD' }
  expect(await gateway.send(sent)).toMatchObject({ status: 403 })
  expect(upstream.seen.length).toBe(before)
})

const form = { 'content-type': 'application/x-www-form-urlencoded' }

test.each([
  ['s3', 'GET', '/data/key', { 'x-amz-target': 'DynamoDB_20120810.DeleteTable' }, ''],
  ['dynamodb', 'POST', '/', { 'x-amz-target': 'AmazonSQS.DeleteQueue' }, '{}'],
  ['dynamodb', 'POST', '/?Action=DeleteTable', { 'x-amz-target': 'DynamoDB_20120810.ListTables' }, '{}'],
  ['dynamodb', 'POST', '/', { 'x-amz-target': 'DynamoDB_20120810.ListTables', ...form }, 'Action=DeleteTable'],
  ['ec2', 'POST', '/?Action=DescribeInstances', form, 'Action=TerminateInstances'],
  ['ec2', 'POST', '/', form, 'Action=DescribeInstances&Action=TerminateInstances'],
  ['ec2', 'POST', '/', form, 'Action=DescribeInstances&%41ction=TerminateInstances'],
  ['ec2', 'POST', '/?Action=DescribeInstances', { 'content-type': 'text/plain' }, 'Action=TerminateInstances'],
])('%s %s %s (%j, %s) could be two calls and is denied', async (service, method, target, headers, body) => {
  const before = upstream.seen.length
  const [path = '', query = ''] = target.split('?')
  const { status, body: text } = await gateway.send({ service, method, path, query, headers, body })
  expect(status).toBeGreaterThanOrEqual(400)
  expect(String(text)).toContain('AccessDenied')
  expect(upstream.seen.length).toBe(before)
})

test("handing over a role needs permission to, which the upstream's credentials would have", async () => {
  const run = (more: string) => `Action=RunInstances&Version=2016-11-15&MinCount=1&MaxCount=1${more}`
  const send = async (body: string, credentials: Awaited<ReturnType<typeof userWith>>) =>
    (await gateway.send({ service: 'ec2', headers: form, body, credentials })).status
  const runner = await userWith('ec2:RunInstances')
  expect(await send(run(''), runner)).toBe(200)
  expect(await send(run('&IamInstanceProfile.Name=admin'), runner)).toBe(403)
  const PassRole = { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' }
  const to = (service: string) => ({ ...PassRole, Condition: { StringEquals: { 'iam:PassedToService': service } } })
  const passer = await userWith('ec2:RunInstances', to('ec2.amazonaws.com'))
  expect(await send(run('&IamInstanceProfile.Name=admin'), passer)).toBe(200)
  const other = await userWith('ec2:RunInstances', to('lambda.amazonaws.com'))
  expect(await send(run('&IamInstanceProfile.Name=admin'), other)).toBe(403)
})

test('a call in a form is carried like any other', async () => {
  const sent = { service: 'ec2', headers: form, body: 'Action=DescribeInstances&Version=2016-11-15' }
  expect(await gateway.send(sent)).toMatchObject({ status: 200 })
  expect(String(await verified(lastSeen()))).toBe(sent.body)
})

test('what would turn a method into another does not go upstream', async () => {
  const headers = { 'x-http-method-override': 'DELETE' }
  const sent = { service: 's3', method: 'GET', path: '/data/key', headers, payload: 'UNSIGNED-PAYLOAD' }
  expect(await gateway.send(sent)).toMatchObject({ status: 200 })
  expect(lastSeen()?.headers).not.toHaveProperty('x-http-method-override')
})

test('a call that cannot be named is denied', async () => {
  const before = upstream.seen.length
  const sent = { headers: { 'x-amz-target': 'DynamoDB_20120810.DropEverything' }, body: '{}' }
  const { body } = await gateway.send(sent)
  expect(String(body)).toContain('cannot tell')
  expect(upstream.seen.length).toBe(before)
  expect(await lastRecord()).toMatchObject({ errorCode: 'AccessDenied' })
})

test('a stream of signed events is refused with the setting to change, not with a wrong signature', async () => {
  const before = upstream.seen.length
  const events = 'STREAMING-AWS4-HMAC-SHA256-EVENTS'
  const headers = { 'content-type': 'application/vnd.amazon.eventstream', 'x-amz-content-sha256': events }
  const { status, body } = await gateway.send({ headers, payload: events, body: 'event' })
  expect({ status, body: String(body) }).toEqual({ status: 501, body: expect.stringContaining('sign=pass') })
  expect(upstream.seen.length).toBe(before)
  expect(await lastRecord()).toMatchObject({
    errorCode: 'NotImplemented',
    additionalEventData: { refusedBy: 'cairn' },
  })
})

test('a key Cairn does not know, or a wrong signature, never reaches the upstream', async () => {
  const before = upstream.seen.length
  const sent = { headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' }, body: '{}' }
  const unknown = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' }
  const wrong = { ...gateway.admin, secretAccessKey: 'x' }
  for (const credentials of [unknown, wrong, null]) await gateway.send({ ...sent, credentials })
  expect(upstream.seen.length).toBe(before)
  expect(await lastRecord()).toMatchObject({ userIdentity: { type: 'Unknown' } })
})

test('resign refuses to start in emulator mode', async () => {
  const upstreams = `s3=${upstream.endpoint},sign=resign,credentials=env:GWTEST_`
  await expect(configFrom({ mode: 'emulator', upstreams }, '/')).rejects.toMatchObject({ code: 'config.invalid' })
})

test('an upstream without credentials is said at the start, before any call fails for it', async () => {
  await using poor = await startGateway(`dynamodb=${upstream.endpoint},sign=resign,credentials=env:GWTEST_NONE_`)
  expect(poor.log).toMatchObject([{ upstream: 'dynamodb', code: 'config.no-credentials' }])
  expect((await poor.send({ headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' }, body: '{}' })).status).toBe(
    500,
  )
})
