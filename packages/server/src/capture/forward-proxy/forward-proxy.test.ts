import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import {
  connectThrough,
  exchange,
  listenTcp,
  rawConnection,
  secure,
  startTestProxy,
  token,
} from './forward-proxy.fixture.ts'

test('a call to AWS is decrypted, and so are those that follow on its connection, with the mark of the client', async () => {
  await using proxy = await startTestProxy()
  const host = 'data.s3.eu-west-1.amazonaws.com'
  const { status, socket } = await connectThrough(proxy.port, `${host}:443`, `tests%2Fa:${token}`)
  expect(status).toBe(200)
  const tls = await secure(socket, host, proxy.authority.certificate)
  const seen = { target: { host, port: 443 }, isTls: true, mark: 'tests/a', method: 'GET' }
  expect(await exchange(tls, '/one?x', host)).toEqual({ ...seen, url: '/one?x' })
  expect(await exchange(tls, '/two', host)).toEqual({ ...seen, url: '/two' })
  tls.destroy()
  await once(socket, 'close')
  expect(proxy.facts).toEqual([])
})

test('a call without TLS is seen too, through a tunnel and as a plain request to a proxy', async () => {
  await using proxy = await startTestProxy()
  const host = 's3.amazonaws.com'
  const { socket } = await connectThrough(proxy.port, `${host}:80`)
  const seen = { target: { host, port: 80 }, isTls: false, method: 'GET' }
  expect(await exchange(socket, '/tunnelled', host)).toEqual({ ...seen, url: '/tunnelled' })
  const answer = await plainRequest(proxy.port, `http://${host}/plain?y`)
  expect(JSON.parse(answer.body)).toEqual({ ...seen, url: '/plain?y' })
  socket.destroy()
})

test('what is no host of AWS is passed on byte by byte, also when the server speaks first and one side ends early', async () => {
  await using server = await listenTcp((socket) => {
    socket.write('hello ')
    socket.on('data', (chunk) => socket.write(chunk.toString().toUpperCase()))
    socket.on('end', () => socket.end('bye'))
  })
  await using proxy = await startTestProxy({ 'db.example.org': `127.0.0.1:${server.port}` })
  const { status, socket } = await connectThrough(proxy.port, 'db.example.org:5432')
  expect(status).toBe(200)
  socket.end('abc')
  expect(Buffer.concat(await socket.toArray()).toString()).toBe('hello ABCbye')
  expect(proxy.facts).toEqual([{ fact: 'tunnelled', about: { host: 'db.example.org', port: 5432 } }])
})

test('a host of AWS on another port than that of its APIs, or in a protocol that is neither, is passed on too', async () => {
  await using server = await listenTcp((socket) => socket.pipe(socket))
  await using proxy = await startTestProxy({ '*.amazonaws.com': `127.0.0.1:${server.port}` })
  for (const target of ['db.x.rds.amazonaws.com:3306', 'iot.amazonaws.com:443']) {
    const { socket } = await connectThrough(proxy.port, target)
    socket.write(Buffer.from([0x10, 0x20]))
    expect(await once(socket, 'data')).toEqual([Buffer.from([0x10, 0x20])])
    socket.destroy()
  }
  expect(proxy.facts.map(({ fact }) => fact)).toEqual(['tunnelled', 'tunnelled'])
})

test.each([null, 'cairn:wrong', 'cairn:', `:${token}x`])(
  'without the token (%s) nothing is opened',
  async (credentials) => {
    await using proxy = await startTestProxy()
    const refused = await connectThrough(proxy.port, 's3.amazonaws.com:443', credentials)
    expect(refused).toMatchObject({ status: 407, body: expect.stringContaining('token') })
    expect((await plainRequest(proxy.port, 'http://s3.amazonaws.com/', credentials)).status).toBe(407)
    expect(proxy.facts).toEqual([
      { fact: 'refused', about: { reason: 'token' } },
      { fact: 'refused', about: { reason: 'token' } },
    ])
  },
)

test.each([
  '127.0.0.1:80',
  '[::1]:80',
  '169.254.169.254:80',
  '10.1.2.3:443',
  '[::ffff:192.168.0.1]:443',
  'localhost:22',
])('the inner network is not opened: %s', async (target) => {
  await using proxy = await startTestProxy()
  const refused = await connectThrough(proxy.port, target)
  expect(refused).toMatchObject({ status: 502, body: expect.stringContaining('--allow-target') })
  expect(proxy.facts).toMatchObject([{ fact: 'unreached', about: { code: 'proxy.address-refused' } }])
})

test.each(['no-port', 'host:0', 'host:99999', 'a b:1', '[::1:80', ''])(
  '%j is not taken for a target',
  async (target) => {
    await using proxy = await startTestProxy()
    const socket = await rawConnection(proxy.port)
    const basic = Buffer.from(`cairn:${token}`).toString('base64')
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic ${basic}\r\n\r\n`)
    expect(Buffer.concat(await socket.toArray()).toString()).toMatch(/^HTTP\/1.1 400 /)
  },
)

test('a client that does not trust our certificate is noticed', async () => {
  await using proxy = await startTestProxy()
  const other = await startTestProxy()
  const host = 'sts.amazonaws.com'
  const { socket } = await connectThrough(proxy.port, `${host}:443`)
  await expect(secure(socket, host, other.authority.certificate)).rejects.toThrow()
  await expect.poll(() => proxy.facts).toMatchObject([{ fact: 'distrusted', about: { host } }])
  await other[Symbol.asyncDispose]()
})

test('a target that is down is a 502 that names it', async () => {
  await using proxy = await startTestProxy({ 'down.example.org': '127.0.0.1:1' })
  const refused = await connectThrough(proxy.port, 'down.example.org:443')
  expect(refused).toMatchObject({ status: 502, body: expect.stringContaining('down.example.org:443') })
  expect(await plainRequest(proxy.port, 'http://down.example.org/')).toMatchObject({ status: 502 })
})

test('plain requests to other hosts are passed on, without what concerns this hop', async () => {
  const upstream = createServer((incoming, outgoing) => {
    outgoing.setHeader('set-cookie', ['a=1', 'b=2'])
    outgoing.end(JSON.stringify({ url: incoming.url, headers: incoming.headers }))
  })
  await once(upstream.listen(0, '127.0.0.1'), 'listening')
  const { port } = upstream.address() as { port: number }
  await using proxy = await startTestProxy({ 'web.example.org': `127.0.0.1:${port}` })
  const answer = await plainRequest(proxy.port, 'http://web.example.org/page?q=1')
  const seen = JSON.parse(answer.body)
  expect(seen.url).toBe('/page?q=1')
  expect(seen.headers).not.toHaveProperty('proxy-authorization')
  expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2'])
  upstream.close()
})

test('with a proxy of its own in front, targets are reached through that, except those it excepts', async () => {
  await using echo = await listenTcp((socket) => socket.pipe(socket))
  await using parent = await startTestProxy({ 'far.example.org': `127.0.0.1:${echo.port}` })
  const url = new URL(parent.url)
  await using proxy = await startTestProxy({ 'near.example.org': `127.0.0.1:${echo.port}` }, [], {
    url,
    noProxy: '.near.example.org, 10.0.0.0/8',
  })
  const far = await connectThrough(proxy.port, 'far.example.org:7')
  far.socket.write('ping')
  expect(String(await once(far.socket, 'data'))).toBe('ping')
  const near = await connectThrough(proxy.port, 'near.example.org:7')
  expect(near.status).toBe(200)
  expect(parent.facts).toEqual([{ fact: 'tunnelled', about: { host: 'far.example.org', port: 7 } }])
  const nowhere = await connectThrough(proxy.port, 'gone.invalid:7')
  expect(nowhere).toMatchObject({ status: 502, body: expect.stringContaining('the proxy in front refused') })
  far.socket.destroy()
  near.socket.destroy()
})

test('stopping it cuts every connection', async () => {
  const proxy = await startTestProxy()
  const host = 'sqs.eu-west-1.amazonaws.com'
  const { socket } = await connectThrough(proxy.port, `${host}:443`)
  const tls = await secure(socket, host, proxy.authority.certificate)
  tls.on('error', () => undefined)
  const closed = once(tls, 'close')
  await proxy[Symbol.asyncDispose]()
  await closed
})

async function plainRequest(port: number, url: string, credentials: string | null = `cairn:${token}`) {
  const { request } = await import('node:http')
  const headers = {
    host: new URL(url).host,
    ...(credentials !== null && {
      'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}`,
    }),
  }
  const asked = request({ host: '127.0.0.1', port, path: url, headers, agent: false })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [import('node:http').IncomingMessage]
  const body = Buffer.concat(await answer.toArray()).toString()
  return { status: answer.statusCode, headers: answer.headers, body }
}
