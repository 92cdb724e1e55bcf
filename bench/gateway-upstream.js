/**
 * The server behind the gateway in bench/gateway.ts, in a process of its own: answers small calls with 1.2 KB, takes
 * uploads, sends downloads of the size in the path, and counts.
 */
import { createServer } from 'node:http'

const small = Buffer.from(JSON.stringify({ Table: { TableName: 'orders', Filler: 'x'.repeat(1150) } }))
const piece = Buffer.alloc(256 * 1024, 'x')
let calls = 0

const server = createServer((request, response) => {
  const download = /^\/download\/(\d+)/.exec(request.url ?? '')
  if (request.url === '/count') return response.end(String(calls))
  if (download) {
    const size = Number(download[1])
    response.writeHead(200, { 'content-length': size, 'content-type': 'binary/octet-stream' })
    return send(response, size)
  }
  request.on('data', () => undefined)
  request.on('end', () => {
    calls += 1
    response.writeHead(200, { 'content-length': small.length, 'content-type': 'application/x-amz-json-1.0' })
    response.end(small)
  })
})

/** @param {import('node:http').ServerResponse} response @param {number} left */
function send(response, left) {
  while (left > 0) {
    const part = left < piece.length ? piece.subarray(0, left) : piece
    left -= part.length
    if (!response.write(part)) return response.once('drain', () => send(response, left))
  }
  response.end()
}

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
