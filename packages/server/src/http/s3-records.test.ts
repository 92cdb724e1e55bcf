import { presign } from '@cairn/aws-kit/sigv4'
import { expect, test } from 'vitest'
import { systemClock } from '../storage/system/clock.ts'
import { createTestInstallation, requestOf, textOf } from './installation.fixture.ts'

type Record = { readonly [name: string]: unknown } & {
  readonly additionalEventData?: { readonly [name: string]: unknown }
}

async function withBucket(flags: { readonly [name: string]: string } = {}) {
  const cairn = await createTestInstallation(flags)
  await cairn.send({ method: 'PUT', path: '/audit', service: 's3' })
  return cairn
}
const last = async (cairn: { records(): Promise<unknown[]> }) => (await cairn.records()).at(-1) as Record

test('a request of S3 has one id of 16 hex digits in record, header and document, and one of AWS’s second kind', async () => {
  await using cairn = await withBucket()
  const answer = await cairn.send({ method: 'GET', path: '/none', query: 'acl=', service: 's3' })
  const id = answer.headers['x-amz-request-id'] ?? ''
  expect(id).toMatch(/^[0-9A-F]{16}$/)
  const document = await textOf(answer)
  expect(document).toContain(`<RequestId>${id}</RequestId>`)
  expect(document).toContain(`<HostId>${answer.headers['x-amz-id-2']}</HostId>`)
  const additionalEventData = { 'x-amz-id-2': answer.headers['x-amz-id-2'] }
  expect(await last(cairn)).toMatchObject({ requestID: id, errorCode: 'NoSuchBucket', additionalEventData })
})

test('other services number theirs by UUID', async () => {
  await using cairn = await withBucket()
  await cairn.call('ListTrails', {})
  expect((await last(cairn)).requestID).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/)
})

test('the record counts bytes in and out and says how the call was signed, in the order of AWS', async () => {
  await using cairn = await withBucket()
  const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'
  await cairn.send({ method: 'PUT', path: '/audit', query: 'tagging=', service: 's3', body })
  const put = (await last(cairn)).additionalEventData
  expect(Object.keys(put ?? {})).toEqual([
    'SignatureVersion',
    'bytesTransferredIn',
    'AuthenticationMethod',
    'x-amz-id-2',
    'bytesTransferredOut',
  ])
  expect(put).toMatchObject({
    bytesTransferredIn: body.length,
    bytesTransferredOut: 0,
    AuthenticationMethod: 'AuthHeader',
  })
  const answer = await cairn.send({ method: 'GET', path: '/audit', query: 'tagging=', service: 's3' })
  const sent = (await textOf(answer)).length
  expect((await last(cairn)).additionalEventData).toMatchObject({ bytesTransferredIn: 0, bytesTransferredOut: sent })
})

test('an unsigned request is recorded with neither signature version nor method', async () => {
  await using cairn = await withBucket()
  await cairn.send({ method: 'GET', path: '/audit', query: 'acl=', service: 's3', credentials: null })
  const record = await last(cairn)
  expect(record).toMatchObject({
    eventName: 'GetBucketAcl',
    eventSource: 's3.amazonaws.com',
    errorCode: 'AccessDenied',
  })
  expect(Object.keys(record.additionalEventData ?? {})).toEqual([
    'bytesTransferredIn',
    'x-amz-id-2',
    'bytesTransferredOut',
  ])
})

test('a presigned address works, and its record shows nothing that would let a reader use it', async () => {
  await using cairn = await withBucket()
  const query = presign({
    method: 'GET',
    path: '/audit',
    query: 'acl=',
    headers: { host: '127.0.0.1:4577' },
    service: 's3',
    region: 'us-east-1',
    credentials: cairn.admin,
    nowMs: systemClock.nowMs(),
    expiresSeconds: 60,
  })
  const request = { method: 'GET', path: '/audit', headers: { host: '127.0.0.1:4577' }, payload: new Uint8Array() }
  expect((await cairn.handle(requestOf({ ...request, query }))).status).toBe(200)
  const record = await last(cairn)
  expect(record).toMatchObject({
    eventName: 'GetBucketAcl',
    requestParameters: { 'X-Amz-Expires': '60', 'X-Amz-SignedHeaders': 'host', bucketName: 'audit', acl: '' },
    additionalEventData: { AuthenticationMethod: 'QueryString' },
  })
  const text = JSON.stringify(record)
  for (const name of ['X-Amz-Signature', 'X-Amz-Credential', 'X-Amz-Security-Token']) expect(text).not.toContain(name)
  expect(text).not.toContain(/X-Amz-Signature=([0-9a-f]+)/.exec(query)?.[1])
})

test('a header or token that proves the caller is in no record', async () => {
  await using cairn = await withBucket()
  const token = 'FwoGZXIvYXdzE-a-token-that-nobody-issued'
  const credentials = { ...cairn.admin, sessionToken: token }
  await cairn.send({ method: 'GET', path: '/audit', query: 'acl=', service: 's3', credentials })
  const text = JSON.stringify(await cairn.records())
  expect(text).not.toContain(token)
  expect(text).not.toContain('AWS4-HMAC-SHA256')
  expect(text).not.toContain(cairn.admin.secretAccessKey)
})

test('emulator mode takes the framing off signed chunks that it has no key for', async () => {
  await using cairn = await withBucket({ mode: 'emulator' })
  const signature = '0'.repeat(64)
  const body = `5;chunk-signature=${signature}\r\nhello\r\n0;chunk-signature=${signature}\r\n\r\n`
  const headers = {
    host: '127.0.0.1:4577',
    authorization: `AWS4-HMAC-SHA256 Credential=111122223333/${day()}/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length, Signature=${signature}`,
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'x-amz-date': `${day()}T${time()}Z`,
    'x-amz-decoded-content-length': '5',
  }
  const payload = Buffer.from(body)
  const put = await cairn.handle(requestOf({ method: 'PUT', path: '/audit/key', query: '', headers, payload }))
  expect(await textOf(put)).toBe('')
  expect(put.status).toBe(200)
  const got = await cairn.send({ method: 'GET', path: '/audit/key', service: 's3' })
  expect(await textOf(got)).toBe('hello')
})

test('a checksum that was announced and proven is kept with the object', async () => {
  await using cairn = await withBucket()
  const headers = { 'x-amz-checksum-crc32': 'NhCmhg==' }
  const put = await cairn.send({ method: 'PUT', path: '/audit/key', service: 's3', body: 'hello', headers })
  expect({ status: put.status, kept: put.headers['x-amz-checksum-crc32'] }).toEqual({ status: 200, kept: 'NhCmhg==' })
  const wrong = { 'x-amz-checksum-crc32': 'AAAAAA==' }
  const refused = await cairn.send({
    method: 'PUT',
    path: '/audit/other',
    service: 's3',
    body: 'hello',
    headers: wrong,
  })
  expect(await textOf(refused)).toContain('<Code>BadDigest</Code>')
  expect((await cairn.send({ method: 'GET', path: '/audit/other', service: 's3' })).status).toBe(404)
})

const stamp = () => new Date(systemClock.nowMs()).toISOString().replace(/[-:]|\.\d+/g, '')
const day = () => stamp().slice(0, 8)
const time = () => stamp().slice(9, 15)
