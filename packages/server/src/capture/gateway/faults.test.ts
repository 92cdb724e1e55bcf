import { connect } from 'node:net'
import { openRawConnection } from '@cairn/testkit/raw-connection'
import { expect, test } from 'vitest'
import { Fault } from '../../fault.ts'
import type { Storage } from '../../profiles/storage.ts'
import { startGateway } from './gateway.fixture.ts'
import { startRawUpstream, startUpstream } from './upstream.fixture.ts'

const json = { 'content-type': 'application/x-amz-json-1.0' }
const call = (name: string) => ({
  headers: { ...json, 'x-amz-target': `DynamoDB_20120810.${name}` },
  body: '{"TableName":"orders"}',
})
const put = (size: number) => ({
  service: 's3',
  method: 'PUT',
  path: '/data/key',
  body: Buffer.alloc(size, 'x'),
  payload: 'UNSIGNED-PAYLOAD',
})

/** The request of one connection, whole. */
const head = 'HTTP/1.1 200 OK\r\nx-amzn-RequestId: UP\r\n'

test('an upstream that is down: 503 for the client, recorded as unreachable, nothing applied', async () => {
  await using gateway = await startGateway('dynamodb=http://127.0.0.1:1')
  const { status, body } = await gateway.send(call('CreateTable'))
  expect({ status, body: String(body) }).toEqual({ status: 503, body: expect.stringContaining('UpstreamUnreachable') })
  expect(await gateway.records()).toMatchObject([
    { eventName: 'CreateTable', errorCode: 'UpstreamUnreachable', additionalEventData: { outcome: 'notApplied' } },
  ])
})

test('an upstream that is too slow: 504, recorded, outcome unknown', async () => {
  await using upstream = await startRawUpstream(() => undefined)
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`, { 'capture.answerTimeout': '1s' })
  expect(await gateway.send(call('CreateTable'))).toMatchObject({ status: 504 })
  expect(await gateway.records()).toMatchObject([
    { eventName: 'CreateTable', errorCode: 'UpstreamTimeout', additionalEventData: { outcome: 'unknown' } },
  ])
})

test.each([
  ['resets the connection', 'UpstreamReset', ''],
  ['answers garbage', 'UpstreamAnswerMalformed', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['announces more than it sends', 'UpstreamReset', `${head}Content-Length: 400\r\n\r\n{}`],
  ['sends a header bomb', 'UpstreamAnswerMalformed', `${head}x-long: ${'a'.repeat(100_000)}\r\n\r\n`],
  [
    'contradicts itself on the length',
    'UpstreamAnswerMalformed',
    `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
  ],
])('an upstream that %s: 502, recorded as %s', async (_what, errorCode, bytes) => {
  await using upstream = await startRawUpstream((socket) => socket.once('data', () => socket.end(bytes)))
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`)
  expect(await gateway.send(call('CreateTable'))).toMatchObject({ status: 502 })
  const outcome = { outcome: 'unknown' }
  expect(await gateway.records()).toMatchObject([{ eventName: 'CreateTable', errorCode, additionalEventData: outcome }])
})

test('what an upstream sends behind its answer is taken for no other answer', async () => {
  const answer = (size: number) => `${head}Content-Length: ${size}\r\n\r\n${'1'.repeat(size)}`
  let connections = 0
  await using upstream = await startRawUpstream((socket) => {
    connections += 1
    const isFirst = connections === 1
    socket.on('data', () => socket.write(isFirst ? `${answer(2)}${answer(3)}` : answer(4)))
  })
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`)
  expect(String((await gateway.send(call('DescribeTable'))).body)).toBe('11')
  expect(String((await gateway.send(call('DescribeTable'))).body)).toBe('1111')
})

test('an answer that breaks off while it streams breaks off for the client too, and the record says by whom', async () => {
  const size = 1_000_000
  await using upstream = await startRawUpstream((socket) =>
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
      socket.end(Buffer.alloc(size / 2, 'x'))
    }),
  )
  await using gateway = await startGateway(`s3=${upstream.endpoint}`)
  const answer = await gateway.send({ service: 's3', method: 'GET', path: '/data/key', payload: 'UNSIGNED-PAYLOAD' })
  expect(answer).toMatchObject({ status: 200, isWhole: false })
  expect(answer.body.length).toBeLessThan(size)
  await expect
    .poll(gateway.records)
    .toMatchObject([{ eventName: 'GetObject', additionalEventData: { interruptedBy: 'upstream' } }])
})

test('a client that leaves half-way through an upload: the upstream never gets a whole body, and it is recorded', async () => {
  await using upstream = await startUpstream()
  await using gateway = await startGateway(`s3=${upstream.endpoint}`)
  const sent = put(1_000_000)
  const headers = gateway.signedHeaders({ ...sent, headers: { 'content-length': '1000000' } })
  const socket = connect(gateway.port, '127.0.0.1')
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`PUT ${sent.path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  socket.write(sent.body.subarray(0, 500_000), () => setTimeout(() => socket.destroy(), 50))
  await upstream.until(1)
  expect(upstream.seen).toMatchObject([{ isWhole: false }])
  await expect.poll(gateway.records).toMatchObject([
    {
      eventName: 'PutObject',
      errorCode: expect.any(String),
      additionalEventData: { outcome: 'unknown', interruptedBy: 'client' },
    },
  ])
})

test('a client that leaves half-way through a download: the upstream is let go and the record says what went out', async () => {
  const size = 64 * 1024 * 1024
  let wasCut = false
  await using upstream = await startRawUpstream((socket) =>
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
      socket.write(Buffer.alloc(size, 'x'))
      socket.on('close', () => {
        wasCut = true
      })
    }),
  )
  await using gateway = await startGateway(`s3=${upstream.endpoint}`)
  const headers = gateway.signedHeaders({
    service: 's3',
    method: 'GET',
    path: '/data/key',
    payload: 'UNSIGNED-PAYLOAD',
  })
  const socket = connect(gateway.port, '127.0.0.1')
  socket.write(
    `GET /data/key HTTP/1.1\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  )
  await new Promise((resolve) => socket.once('data', resolve))
  socket.destroy()
  await expect
    .poll(gateway.records)
    .toMatchObject([{ eventName: 'GetObject', additionalEventData: { interruptedBy: 'client' } }])
  const [record] = await gateway.records()
  expect(record?.additionalEventData?.bytesTransferredOut).toBeLessThan(size)
  await expect.poll(() => wasCut).toBe(true)
})

/** A log that can be filled and emptied. */
function fillable() {
  const state = { isFull: false, isSilent: false }
  const change = (storage: Storage): Storage => ({
    ...storage,
    log: new Proxy(storage.log, {
      get(log, name) {
        if (name === 'append' && state.isFull) {
          return async () => {
            throw new Fault('log.full', 'no room')
          }
        }
        const value: unknown = Reflect.get(log, name)
        return typeof value === 'function' ? value.bind(log) : value
      },
    }),
  })
  return { state, change }
}

test('log full, onRecordFailure refuse: a change never reaches the upstream, and a record tells of it when there is room', async () => {
  await using upstream = await startUpstream()
  const { state, change } = fillable()
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`, {}, change)
  state.isFull = true
  const { status, body } = await gateway.send(call('CreateTable'))
  expect({ status, body: String(body) }).toEqual({ status: 503, body: expect.stringContaining('was not carried out') })
  expect(upstream.seen).toHaveLength(0)
  expect(await gateway.send(call('DescribeTable'))).toMatchObject({ status: 503 })
  state.isFull = false
  await gateway.send(call('DescribeTable'))
  expect(await gateway.records()).toMatchObject([
    { eventName: 'DescribeTable' },
    { eventName: 'CallsNotRecorded', requestParameters: { callsRefused: 1, callsWithoutRecord: 1 } },
  ])
})

test('log full, onRecordFailure allow: calls pass, loudly, and a record tells how many', async () => {
  await using upstream = await startUpstream()
  const { state, change } = fillable()
  const flags = { 'capture.onRecordFailure': 'allow' }
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`, flags, change)
  state.isFull = true
  expect(await gateway.send(call('CreateTable'))).toMatchObject({ status: 200 })
  expect(await gateway.send(call('DescribeTable'))).toMatchObject({ status: 200 })
  expect(gateway.log.filter(({ event }) => event === 'call carried without a record')).not.toHaveLength(0)
  state.isFull = false
  await gateway.send(call('DescribeTable'))
  expect(await gateway.records()).toMatchObject([
    { eventName: 'DescribeTable' },
    { eventName: 'CallsNotRecorded', requestParameters: { callsWithoutRecord: 2, callsRefused: 0 } },
  ])
})

test.each([
  ['both lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd'],
  ['an odd encoding', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
  [
    'a folded header',
    'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n x\r\nContent-Length: 0\r\n\r\n',
  ],
  [
    'two targets',
    'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\nX-Amz-Target: DynamoDB_20120810.DeleteTable\r\nContent-Length: 0\r\n\r\n',
  ],
  [
    'two hosts',
    'GET / HTTP/1.1\r\nHost: localhost\r\nHost: 127.0.0.1\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n\r\n',
  ],
  [
    'an address of somewhere else',
    'POST http://169.254.169.254/latest/meta-data HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\nContent-Length: 0\r\n\r\n',
  ],
])('a request with %s is refused and never reaches the upstream', async (_what, bytes) => {
  await using upstream = await startUpstream()
  await using gateway = await startGateway(`*=${upstream.endpoint}`)
  using connection = await openRawConnection(gateway.endpoint)
  connection.send(bytes)
  connection.end()
  // What is found out while its body is read ends the connection, since an answer could be taken for another's.
  expect((await connection.closed()).text).toMatch(/^(HTTP\/1\.1 4\d\d|$)/)
  expect(upstream.seen).toHaveLength(0)
})

test('a body that is no JSON, of an unknown operation and with a mangled content type, is recorded all the same', async () => {
  await using upstream = await startUpstream((_request, response) => {
    response.writeHead(400)
    response.end('{"__type":"UnknownOperationException"}')
  })
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`)
  const headers = { 'content-type': 'x; =', 'x-amz-target': 'DynamoDB_20120810.DropEverything' }
  await gateway.send({ headers, body: '\u0000{"a":' })
  expect(upstream.seen).toHaveLength(1)
  expect(await gateway.records()).toMatchObject([
    { eventSource: 'dynamodb.amazonaws.com', eventName: 'DropEverything', errorCode: 'UnknownOperationException' },
  ])
})

test('an XML bomb in a body or an answer costs nothing and is recorded', async () => {
  const entities = Array.from({ length: 20 }, (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`)
  const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">${entities.join('')}]><x>&e20;</x>`
  await using upstream = await startUpstream((_request, response) => {
    response.writeHead(409, { 'content-type': 'application/xml' })
    response.end(bomb)
  })
  await using gateway = await startGateway(`s3=${upstream.endpoint}`)
  const sent = { service: 's3', method: 'PUT', path: '/data', query: 'policy', body: bomb, payload: 'UNSIGNED-PAYLOAD' }
  expect(await gateway.send(sent)).toMatchObject({ status: 409 })
  const [record] = await gateway.records()
  expect(record).toMatchObject({ eventSource: 's3.amazonaws.com', errorCode: expect.any(String) })
  expect(JSON.stringify(record).length).toBeLessThan(20_000)
})
