import { openRawConnection } from '@cairn/testkit/raw-connection'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { HttpHandler } from '../http-message.ts'
import { type Listener, type ListenerLimits, listen } from './listener.ts'

const limits: ListenerLimits = {
  headerBytesMax: 8192,
  headersMax: 50,
  bodyBytesMax: 65_536,
  connectionsMax: 100,
  connectionsPerSourceMax: 100,
  headersTimeoutMs: 15_000,
  idleMs: 15_000,
}
const text = (body: string) => ({ status: 200, headers: {}, body: Buffer.from(body) })
const bounds = { bytesMax: limits.bodyBytesMax, timeoutMs: 300 }

async function serve(handler: HttpHandler, changes: Partial<ListenerLimits> = {}, trustedProxies: string[] = []) {
  const failures: unknown[] = []
  const refused: string[] = []
  const listener: Listener = await listen(handler, {
    host: '127.0.0.1',
    port: 0,
    limits: { ...limits, ...changes },
    trustedProxies,
    telemetry: { handlerFailed: (error) => failures.push(error), refused: (reason) => refused.push(reason) },
  })
  onTestFinished(() => listener.close(0))
  const endpoint = `http://127.0.0.1:${listener.port}`
  const open = async (from?: string) => {
    const connection = await openRawConnection(endpoint, from === undefined ? {} : { from })
    onTestFinished(() => connection[Symbol.dispose]())
    return connection
  }
  return { listener, open, failures, refused }
}
const get = (path = '/') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
const echoPath: HttpHandler = async ({ head }) => text(`path ${head.path};`)
/** Answers with what the body was refused with. */
const readBody: HttpHandler = async ({ body }) => {
  try {
    return text(`body of ${(await body.collect(bounds)).byteLength};`)
  } catch (error) {
    return { status: 400, headers: {}, body: Buffer.from(`refused ${JSON.stringify(error)};`) }
  }
}

describe('a connection', () => {
  test('carries one request after the other', async () => {
    const { open } = await serve(echoPath)
    const client = await open()
    client.send(get('/one'))
    await client.until(/path \/one;/)
    client.send(get('/two'))
    await client.until(/path \/two;/)
  })

  test('comes from where a trusted proxy says, and from nowhere else for anybody else', async () => {
    const echoSource: HttpHandler = async ({ remoteAddress }) => text(`from ${remoteAddress};`)
    const { open } = await serve(echoSource, {}, ['127.0.0.1'])
    const claim =
      'GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n'
    const proxy = await open()
    proxy.send(claim)
    await proxy.until(/from 203\.0\.113\.9;/)
    const stranger = await open('127.0.0.2')
    stranger.send(claim)
    await stranger.until(/from 127\.0\.0\.2;/)
  })

  test('answers requests that were sent ahead one at a time and in their order', async () => {
    let running = 0
    let together = 0
    const { open } = await serve(async (request) => {
      running += 1
      together = Math.max(together, running)
      await new Promise((resolve) => setTimeout(resolve, 1))
      running -= 1
      return echoPath(request)
    })
    const client = await open()
    const paths = Array.from({ length: 60 }, (_, index) => `/${index}`)
    client.send(paths.map(get).join(''))
    await client.until(/path \/59;/)
    expect([...client.received().matchAll(/path (\/\d+);/g)].map(([, path]) => path)).toEqual(paths)
    expect(together).toBe(1)
  })

  test('gets no body with HEAD, and is good for the next request', async () => {
    const { open } = await serve(echoPath)
    const client = await open()
    client.send(get('/x').replace('GET', 'HEAD') + get('/y'))
    const received = await client.until(/[\s\S]*path \/y;/)
    expect(received).not.toContain('path /x')
    expect(received).toContain('content-length: 8')
  })

  test('is asked for its body only when the body is wanted', async () => {
    const { open } = await serve(async (request) => (request.head.path === '/read' ? readBody(request) : text('no;')))
    const head = (path: string) =>
      `PUT ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n`
    const wanted = await open()
    wanted.send(head('/read'))
    await wanted.until(/HTTP\/1\.1 100 Continue/)
    wanted.send('abcd')
    await wanted.until(/body of 4;/)
    const unwanted = await open()
    unwanted.send(head('/refuse'))
    await unwanted.until(/no;/)
    expect(unwanted.received()).not.toContain('100 Continue')
  })
})

describe('what is no HTTP request', () => {
  test.each([
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a header line folded', 'GET / HTTP/1.1\r\nHost: a\r\nX-Long: a\r\n b\r\n\r\n'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n'],
    ['a bare LF in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\nTransfer-Encoding: chunked\r\n\r\n'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['another protocol', '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03'],
  ])('%s: is refused before anything runs, and the connection ends', async (_what, bytes) => {
    let ran = 0
    const { open } = await serve(async (request) => {
      ran += 1
      return echoPath(request)
    })
    const client = await open()
    client.send(bytes)
    const { text: received, wasReset } = await client.closed()
    expect(received).toMatch(/^HTTP\/1\.1 400 /)
    expect(wasReset).toBe(false)
    expect(ran).toBe(0)
  })

  test('a header beyond its limit gets 431 in JSON, and is counted', async () => {
    const { open, refused } = await serve(echoPath)
    const client = await open()
    client.send(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)
    const { text: received, wasReset } = await client.closed()
    expect(received).toMatch(/^HTTP\/1\.1 431 [\s\S]*"__type":"RequestHeaderSectionTooLargeException"/)
    expect(wasReset).toBe(false)
    expect(refused).toEqual(['head-too-large'])
  })

  test('behind a good request it cuts the connection: its answer would be taken for that request’s', async () => {
    const { open } = await serve(async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      return echoPath(request)
    })
    const client = await open()
    client.send(`${get('/good')}nonsense\r\n\r\n`)
    expect((await client.closed()).text).toBe('')
  })

  // Some versions of Node refuse them, others leave out what is too many: a signed header, say.
  test('header lines above their number are never quietly left out', async () => {
    const seen: number[] = []
    const { open } = await serve(async ({ head }) => {
      seen.push(head.headers.length / 2)
      return text('ok;')
    })
    for (const lines of [limits.headersMax, 400]) {
      const client = await open()
      client.send(`GET / HTTP/1.1\r\nHost: a\r\n${'a: b\r\n'.repeat(lines)}\r\n`)
      await client.until(/ok;|HTTP\/1\.1 431/)
    }
    expect(seen[0]).toBe(limits.headersMax + 1)
    expect(seen.slice(1).every((lines) => lines > limits.headersMax)).toBe(true)
  })
})

describe('slow clients', () => {
  test('a header that does not come to its end gets 408 and the connection closes', async () => {
    const { open } = await serve(echoPath, { headersTimeoutMs: 200 })
    const clients = [await open(), await open()]
    clients[0]?.send('GET / HTTP/1.1\r\nHost: a\r\n')
    for (const client of clients) expect((await client.closed()).text).toMatch(/^(HTTP\/1\.1 408 |$)/)
  })

  test('a body that stands still is refused after its time, and the answer arrives', async () => {
    const { open } = await serve(readBody)
    const client = await open()
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc')
    await client.until(/refused [\s\S]*body-too-slow/)
    expect(client.received()).toMatch(/connection: close/i)
  })

  test('an upload that stands still is refused, one that trickles is not', async () => {
    const { open } = await serve(async ({ body }) => {
      let size = 0
      try {
        for await (const part of body.stream({ bytesMax: 100, idleMs: 150 })) size += part.byteLength
      } catch (error) {
        return text(`${JSON.stringify(error)} after ${size};`)
      }
      return text(`got ${size};`)
    })
    const head = 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n'
    const still = await open()
    still.send(`${head}abc`)
    await still.until(/body-too-slow[^;]* after 3;/)
    const trickling = await open()
    trickling.send(head)
    for (const byte of 'abcdef') {
      await new Promise((resolve) => setTimeout(resolve, 50))
      trickling.send(byte)
    }
    await trickling.until(/got 6;/)
  })

  test('whoever leaves an answer unread is cut, and the answer is left', async () => {
    const left = Promise.withResolvers<void>()
    const { open } = await serve(
      async () => ({
        status: 200,
        headers: {},
        body: (async function* () {
          try {
            for (;;) yield new Uint8Array(1 << 16)
          } finally {
            left.resolve()
          }
        })(),
      }),
      { idleMs: 200 },
    )
    const client = await open()
    client.pause()
    client.send(get())
    await left.promise
  })
})

test('a client gone before its answer began leaves no stream open', async () => {
  const ended = Promise.withResolvers<void>()
  const { open } = await serve(async ({ signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    return {
      status: 200,
      headers: {},
      body: (async function* () {
        try {
          yield Buffer.from('nobody')
        } finally {
          ended.resolve()
        }
      })(),
    }
  })
  const client = await open()
  client.send(get())
  await new Promise((resolve) => setTimeout(resolve, 50))
  client[Symbol.dispose]()
  await ended.promise
})

describe('too much', () => {
  test.each([
    ['announced', `Content-Length: 5000000\r\n\r\n`],
    ['found out', `Transfer-Encoding: chunked\r\n\r\n4C4B40\r\n`],
  ])('a body above the limit, %s: the sender reads the answer, not a reset', async (_what, rest) => {
    const { open } = await serve(readBody)
    const client = await open()
    client.send(`POST / HTTP/1.1\r\nHost: a\r\n${rest}`)
    // Blind senders go on to the end before they look.
    for (let sent = 0; sent < 80; sent += 1) client.send(new Uint8Array(62_500))
    await client.until(/refused [\s\S]*body-too-large/)
    client.end()
    expect(await client.closed()).toMatchObject({ wasReset: false })
  })

  test('a body nobody wants to read does not become the next request', async () => {
    const { open } = await serve(async ({ head }) => text(`only ${head.path};`))
    const client = await open()
    client.send(`POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n`)
    await client.until(/only \/first;/)
    client.send(get('/smuggled').padEnd(100_000, ' '))
    client.end()
    expect((await client.closed()).text).not.toContain('smuggled')
  })

  test('connections of one source above its share are cut; another source is served', async () => {
    const { open, refused } = await serve(echoPath, { connectionsPerSourceMax: 3 })
    const first = [await open(), await open(), await open()]
    expect((await (await open()).closed()).text).toBe('')
    const neighbour = await open('127.0.0.2')
    neighbour.send(get('/neighbour'))
    await neighbour.until(/neighbour;/)
    first[0]?.[Symbol.dispose]()
    await expect
      .poll(async () => {
        const again = await open()
        again.send(get('/again'))
        return again.until(/again;/, 200).catch(() => 'cut')
      })
      .toBe('again;')
    expect(refused).toContain('connections-of-source')
  })

  test('connections above the number of all are cut', async () => {
    const { open, refused } = await serve(echoPath, { connectionsMax: 2 })
    await open()
    await open('127.0.0.2')
    await (await open('127.0.0.3')).closed()
    expect(refused).toContain('connections')
  })

  test('many bodies at once take a bounded memory, and the neighbour keeps his', async () => {
    const { open } = await serve(async ({ body }) => {
      try {
        await body.collect({ ...bounds, timeoutMs: 5_000 })
        return text('read;')
      } catch (error) {
        return text(`refused ${JSON.stringify(error)};`)
      }
    })
    const greedy = await Promise.all(Array.from({ length: 40 }, () => open()))
    for (const client of greedy) {
      client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n`)
      client.send(new Uint8Array(65_535))
    }
    await expect.poll(() => greedy.filter((client) => client.received().includes('throttled')).length).toBe(24)
    const neighbour = await open('127.0.0.2')
    neighbour.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd`)
    await neighbour.until(/read;/)
  })
})

describe('closing', () => {
  test('finishes the call in flight, says that it is the last, and takes no more', async () => {
    const release = Promise.withResolvers<void>()
    const { listener, open } = await serve(async (request) => {
      await release.promise
      return echoPath(request)
    })
    const client = await open()
    const idle = await open()
    client.send(get('/last'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    const closed = listener.close(5_000)
    await idle.closed()
    await expect(open()).rejects.toThrow()
    release.resolve()
    await closed
    const { text: received } = await client.closed()
    expect(received).toMatch(/connection: close[\s\S]*path \/last;/i)
  })

  test.each([
    ['when the grace is over', 100, undefined],
    ['when it is told so', 60_000, 100],
  ])('cuts what does not finish %s, and waits for its handler', async (_when, graceMs, cutAfterMs) => {
    let hasEnded = false
    const { listener, open } = await serve(async (request) => {
      await new Promise((resolve) => request.signal.addEventListener('abort', resolve))
      await new Promise((resolve) => setTimeout(resolve, 50))
      hasEnded = true
      return text('too late')
    })
    const client = await open()
    client.send(get())
    await new Promise((resolve) => setTimeout(resolve, 50))
    await listener.close(graceMs, cutAfterMs === undefined ? undefined : AbortSignal.timeout(cutAfterMs))
    expect(hasEnded).toBe(true)
    expect((await client.closed()).text).toBe('')
  })
})
