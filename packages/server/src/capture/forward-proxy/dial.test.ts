import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { listenTcp } from './forward-proxy.fixture.ts'
import { createDial, unreached } from './index.ts'

const target = { host: 'sts.amazonaws.com', port: 443 }
const nowhere = { resolve: new Map<string, string>(), allowed: [] }
const answering = (text: string) => (socket: Socket) => void socket.once('data', () => socket.end(text))

test.each([
  ['wants other credentials', answering('HTTP/1.1 407 Sign in\r\n\r\n'), 'proxy.parent-refused', '407'],
  [
    'forbids the way',
    answering('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'),
    'proxy.parent-refused',
    '403',
  ],
  [
    'closes the connection',
    (socket: Socket) => void socket.end(),
    'proxy.unreachable',
    expect.stringContaining('closed'),
  ],
  ['speaks no HTTP', answering('SSH-2.0-x\r\n\r\n'), 'proxy.unreachable', expect.stringContaining('no HTTP')],
])('a proxy in front that %s is named with what it said', async (_what, onSocket, code, reason) => {
  await using parent = await listenTcp(onSocket)
  const dial = createDial({ ...nowhere, parent: { url: new URL(`http://127.0.0.1:${parent.port}`), noProxy: '' } })
  const error = await dial(target).catch((thrown: unknown) => thrown)
  expect(unreached(target, error)).toEqual({ ...target, code, reason, through: `127.0.0.1:${parent.port}` })
})

test.each([
  ['ana:secret', 'ana:secret'],
  ['corp%5Cana:p%40ss', 'corp\\ana:p@ss'],
  ['ana:100%', 'ana:100%'],
])('%s in the address of the proxy in front signs in as %s', async (written, meant) => {
  const { promise, resolve } = Promise.withResolvers<string>()
  await using parent = await listenTcp((socket) => {
    socket.once('data', (head) => {
      resolve(String(head))
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
    })
  })
  const url = new URL(`http://${written}@127.0.0.1:${parent.port}`)
  const socket = await createDial({ ...nowhere, parent: { url, noProxy: '' } })(target)
  expect(await promise).toContain(`\r\nProxy-Authorization: Basic ${Buffer.from(meant).toString('base64')}\r\n`)
  socket.destroy()
})

test('a host that was said to be somewhere is there, whatever proxy is in front', async () => {
  await using here = await listenTcp((socket) => void socket.end('here'))
  await using parent = await listenTcp((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nthere'))
  const resolve = new Map([['*.amazonaws.com', `http://127.0.0.1:${here.port}`]])
  const url = new URL(`http://127.0.0.1:${parent.port}`)
  const placed: string[] = []
  const onPlaced = (pattern: string) => void placed.push(pattern)
  const socket = await createDial({ resolve, allowed: [], onPlaced, parent: { url, noProxy: '' } })(target)
  expect(String(Buffer.concat(await socket.toArray()))).toBe('here')
  expect(placed).toEqual(['*.amazonaws.com'])
})

test('an address on an inner network is not asked of the proxy in front either', async () => {
  let asked = 0
  await using parent = await listenTcp((socket) => {
    asked += 1
    socket.end('HTTP/1.1 200 OK\r\n\r\n')
  })
  const url = new URL(`http://127.0.0.1:${parent.port}`)
  const metadata = { host: '169.254.169.254', port: 80 }
  const dial = createDial({ ...nowhere, parent: { url, noProxy: '' } })
  await expect(dial(metadata)).rejects.toMatchObject({ code: 'proxy.address-refused' })
  expect(asked).toBe(0)
  const allowing = createDial({ ...nowhere, allowed: ['169.254.0.0/16'], parent: { url, noProxy: '' } })
  const socket = await allowing(metadata)
  expect(asked).toBe(1)
  socket.destroy()
})
