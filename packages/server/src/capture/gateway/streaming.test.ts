import { connect } from 'node:net'
import { openRawConnection } from '@cairn/testkit/raw-connection'
import { expect, test } from 'vitest'
import { exchange, startGateway } from './gateway.fixture.ts'
import { startRawUpstream, startUpstream } from './upstream.fixture.ts'

const unsigned = { service: 's3', payload: 'UNSIGNED-PAYLOAD' }

function lines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
}

test('a client that waits for 100 Continue gets it, and its body goes upstream', async () => {
  await using upstream = await startUpstream()
  await using gateway = await startGateway(`s3=${upstream.endpoint}`)
  const headers = { expect: '100-continue', 'content-length': '5' }
  const signed = gateway.signedHeaders({ ...unsigned, method: 'PUT', path: '/data/key', headers })
  using connection = await openRawConnection(gateway.endpoint)
  connection.send(`PUT /data/key HTTP/1.1\r\n${lines(signed)}\r\n`)
  await connection.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/)
  connection.send('hello')
  await connection.until(/HTTP\/1\.1 200 /)
  expect(String(upstream.seen[0]?.body)).toBe('hello')
})

test('a refused client that waits for 100 Continue is never asked for its body', async () => {
  await using upstream = await startUpstream()
  process.env.GWSTREAM_ACCESS_KEY_ID = 'up'
  process.env.GWSTREAM_SECRET_ACCESS_KEY = 'secret'
  await using gateway = await startGateway(`s3=${upstream.endpoint},sign=resign,credentials=env:GWSTREAM_`)
  const headers = { expect: '100-continue', 'content-length': '5000000' }
  const credentials = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' }
  const signed = gateway.signedHeaders({ ...unsigned, method: 'PUT', path: '/data/key', headers, credentials })
  using connection = await openRawConnection(gateway.endpoint)
  connection.send(`PUT /data/key HTTP/1.1\r\n${lines(signed)}\r\n`)
  expect(await connection.until(/^HTTP\/1\.1 \d+/)).toContain('HTTP/1.1 403')
  expect(upstream.seen).toHaveLength(0)
})

test('a chunked request without a length goes upstream whole', async () => {
  await using upstream = await startUpstream()
  await using gateway = await startGateway(`s3=${upstream.endpoint}`)
  const headers = { 'transfer-encoding': 'chunked' }
  const sent = { ...unsigned, method: 'PUT', path: '/data/key', headers, body: Buffer.alloc(300_000, 'x') }
  expect(await gateway.send(sent)).toMatchObject({ status: 200 })
  expect(upstream.seen).toMatchObject([{ isWhole: true, body: sent.body }])
})

test('HEAD: the length of what is not sent comes back, and no body', async () => {
  await using upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'Content-Length': '123456789', ETag: '"e"' })
    response.end()
  })
  await using gateway = await startGateway(`s3=${upstream.endpoint}`)
  const { status, headers, body } = await gateway.send({ ...unsigned, method: 'HEAD', path: '/data/key' })
  expect({ status, length: headers['content-length'], etag: headers.etag, body: body.length }).toEqual({
    status: 200,
    length: '123456789',
    etag: '"e"',
    body: 0,
  })
  expect(await gateway.records()).toMatchObject([{ eventName: 'HeadObject', readOnly: true }])
})

test('a presigned address passes untouched', async () => {
  await using upstream = await startUpstream()
  await using gateway = await startGateway(`s3=${upstream.endpoint}`)
  const query =
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=KEY%2F20261123%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20261123T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0a'
  const headers = { host: `127.0.0.1:${gateway.port}` }
  await exchange({ method: 'GET', path: '/data/a%20b', query, headers }, gateway.port)
  expect(upstream.seen).toMatchObject([{ url: `/data/a%20b?${query}` }])
  const [record] = await gateway.records()
  expect(record).toMatchObject({ eventName: 'GetObject', userIdentity: { type: 'Unknown', accessKeyId: 'KEY' } })
  expect(JSON.stringify(record)).not.toContain('Signature=0a')
})

test('events of a stream arrive as they are sent, and its end waits for the record', async () => {
  let sendNext = () => {}
  await using upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/vnd.amazon.eventstream' })
    response.write('first')
    sendNext = () => response.end('second')
  })
  await using gateway = await startGateway(`bedrock=${upstream.endpoint}`)
  using connection = await openRawConnection(gateway.endpoint)
  const path = '/model/m/converse-stream'
  const signed = gateway.signedHeaders({ service: 'bedrock', path, headers: { 'content-length': '2' }, body: '{}' })
  connection.send(`POST ${path} HTTP/1.1\r\n${lines(signed)}\r\n{}`)
  expect(await connection.until(/first/)).not.toContain('second')
  expect(await gateway.records()).toEqual([])
  sendNext()
  await connection.until(/0\r\n\r\n$/)
  expect(await gateway.records()).toHaveLength(1)
})

test('the last bytes of a large answer wait for its record', async () => {
  const size = 2_000_000
  await using upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'Content-Length': String(size) })
    response.end(Buffer.alloc(size, 'x'))
  })
  let mayAppend = () => {}
  const appended = new Promise<void>((resolve) => {
    mayAppend = resolve
  })
  await using gateway = await startGateway(`s3=${upstream.endpoint}`, {}, (storage) => ({
    ...storage,
    log: new Proxy(storage.log, {
      get(log, name) {
        if (name === 'append')
          return async (...args: Parameters<typeof log.append>) => appended.then(() => log.append(...args))
        const value: unknown = Reflect.get(log, name)
        return typeof value === 'function' ? value.bind(log) : value
      },
    }),
  }))
  const signed = gateway.signedHeaders({ ...unsigned, method: 'GET', path: '/data/key' })
  const socket = connect(gateway.port, '127.0.0.1')
  let received = 0
  socket.on('data', (part: Buffer) => {
    received += part.length
  })
  socket.write(`GET /data/key HTTP/1.1\r\n${lines(signed)}\r\n`)
  await expect.poll(() => received, { timeout: 5_000 }).toBeGreaterThan(size - 300_000)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(received).toBeLessThan(size)
  mayAppend()
  await expect.poll(() => received).toBeGreaterThan(size)
  socket.destroy()
})

test('many calls on one connection keep it, upstream too', async () => {
  let connections = 0
  await using upstream = await startRawUpstream((socket) => {
    connections += 1
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'))
  })
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`)
  const sent = { headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables', 'content-length': '2' }, body: '{}' }
  const signed = gateway.signedHeaders(sent)
  using connection = await openRawConnection(gateway.endpoint)
  for (let count = 1; count <= 5; count += 1) {
    connection.send(`POST / HTTP/1.1\r\n${lines(signed)}\r\n{}`)
    await connection.until(new RegExp(`(HTTP/1\\.1 200[^]*){${count}}`))
  }
  expect(connections).toBe(1)
  expect(await gateway.records()).toHaveLength(5)
})

test('an answer that comes before the body was sent ends the call; nothing waits for the rest', async () => {
  await using upstream = await startRawUpstream((socket) =>
    socket.once('data', () => socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')),
  )
  await using gateway = await startGateway(`s3=${upstream.endpoint}`)
  const headers = { 'content-length': '5000000' }
  const signed = gateway.signedHeaders({ ...unsigned, method: 'PUT', path: '/data/key', headers })
  using connection = await openRawConnection(gateway.endpoint)
  connection.send(`PUT /data/key HTTP/1.1\r\n${lines(signed)}\r\n${'x'.repeat(200_000)}`)
  await connection.until(/^HTTP\/1\.1 403/)
  expect(await gateway.records()).toHaveLength(1)
})
