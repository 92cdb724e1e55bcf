import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { startGateway } from './gateway.fixture.ts'
import { startRawUpstream } from './upstream.fixture.ts'

/** What sockets of both sides and the gateway may hold together; far below the bodies that are sent. */
const heldMax = 24 * 1024 * 1024
const size = 5 * 1024 ** 3

const lines = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')

/** Waits until a count stands still. */
async function settled(count: () => number): Promise<number> {
  for (let before = -1; before !== count(); ) {
    before = count()
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  return count()
}

test('an upload of 5 GiB to an upstream that does not read takes no more memory than a small one', async () => {
  await using upstream = await startRawUpstream((socket) => socket.pause())
  await using gateway = await startGateway(`s3=${upstream.endpoint}`)
  const sent = { service: 's3', method: 'PUT', path: '/data/key', payload: 'UNSIGNED-PAYLOAD' }
  const signed = gateway.signedHeaders({ ...sent, headers: { 'content-length': String(size) } })
  const socket = connect(gateway.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`PUT /data/key HTTP/1.1\r\n${lines(signed)}\r\n`)
  const piece = Buffer.alloc(256 * 1024)
  const push = () => {
    while (socket.writable && socket.bytesWritten < 256 * 1024 * 1024 && socket.write(piece));
  }
  socket.on('drain', push)
  push()
  const taken = await settled(() => socket.bytesWritten)
  expect(taken).toBeGreaterThan(piece.length)
  expect(taken).toBeLessThan(heldMax)
  socket.destroy()
})

test('a download of 5 GiB by a client that does not read takes no more memory than a small one', async () => {
  let produced = 0
  await using upstream = await startRawUpstream((socket) =>
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
      const piece = Buffer.alloc(256 * 1024)
      const push = () => {
        while (produced < 256 * 1024 * 1024) {
          produced += piece.length
          if (!socket.write(piece)) return
        }
      }
      socket.on('drain', push)
      push()
    }),
  )
  await using gateway = await startGateway(`s3=${upstream.endpoint}`)
  const sent = { service: 's3', method: 'GET', path: '/data/key', payload: 'UNSIGNED-PAYLOAD' }
  const socket = connect(gateway.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.pause()
  socket.write(`GET /data/key HTTP/1.1\r\n${lines(gateway.signedHeaders(sent))}\r\n`)
  await expect.poll(() => produced).toBeGreaterThan(0)
  expect(await settled(() => produced)).toBeLessThan(heldMax)
  socket.destroy()
})
