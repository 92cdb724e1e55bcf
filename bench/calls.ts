/**
 * Calls a second through the whole pipeline: DescribeTrails on 16 connections, signature verified, record durable
 * before the answer. Peers in the same run: a bare `node:http` server that echoes the body, and ministack where pip
 * can install it (`MINISTACK` names its command).
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signRequest } from '@cairn/aws-kit/sigv4'
import { findServer, readAccountKeys } from '@cairn/server/local-access'
import { startEnvironment, startFlags } from '@cairn/testkit/running-cairn'

const connections = 16
// What is measured is a server that has been up for a while: the last of the hot code is optimised after some 100,000
// calls. The peers get as long.
const warmUpMs = 20_000
const measuredMs = 6_000

/** Answers a second that `port` gives to `request`, sent again on each connection as soon as it was answered. */
async function callsPerSecond(port: number, request: Buffer): Promise<number> {
  let answers = 0
  const sockets: Socket[] = []
  for (let index = 0; index < connections; index += 1) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    sockets.push(socket)
    let expected = -1
    let received = 0
    let head = ''
    socket.on('data', (chunk: Buffer) => {
      let rest = chunk
      while (rest.byteLength > 0) {
        if (expected < 0) {
          head += rest.toString('latin1')
          const end = head.indexOf('\r\n\r\n')
          if (end < 0) return
          if (!head.startsWith('HTTP/1.1 200')) throw new TypeError(head)
          expected = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
          rest = Buffer.from(head.slice(end + 4), 'latin1')
          head = ''
          received = 0
        }
        const used = Math.min(rest.byteLength, expected - received)
        received += used
        rest = rest.subarray(used)
        if (received === expected) {
          answers += 1
          expected = -1
          socket.write(request)
        } else return
      }
    })
    socket.on('connect', () => socket.write(request))
  }
  await pause(warmUpMs)
  const before = answers
  const startedMs = performance.now()
  await pause(measuredMs)
  const rate = ((answers - before) * 1000) / (performance.now() - startedMs)
  for (const socket of sockets) socket.destroy()
  return rate
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function describeTrails(port: number, credentials: { accessKeyId: string; secretAccessKey: string }): Buffer {
  const body = '{}'
  const { headers } = signRequest({
    method: 'POST',
    path: '/',
    headers: {
      host: `127.0.0.1:${port}`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'CloudTrail_20131101.DescribeTrails',
    },
    payload: Buffer.from(body),
    service: 'cloudtrail',
    region: 'us-east-1',
    credentials,
    nowMs: Date.now(),
  })
  const lines = Object.entries({ ...headers, 'content-length': String(body.length) }).map(([n, v]) => `${n}: ${v}\r\n`)
  return Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

const bareServer = `
import { createServer } from 'node:http'
const server = createServer((incoming, outgoing) => {
  const parts = []
  incoming.on('data', (part) => parts.push(part))
  incoming.on('end', () => {
    const body = Buffer.concat(parts)
    outgoing.writeHead(200, { 'content-length': body.length })
    outgoing.end(body)
  })
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))`

async function measureBare(): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', bareServer], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = Number(await firstLine(child))
  const rate = await callsPerSecond(port, describeTrails(port, { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' }))
  child.kill()
  return rate
}

async function measureCairn(): Promise<number> {
  const dataDir = mkdtempSync(join(process.env.CAIRN_BENCH_DIR ?? tmpdir(), 'cairn-bench-'))
  const child = spawn(
    process.execPath,
    [...startFlags, 'packages/cli/bin/cairn.js', 'serve', '--port', '0', '--data-dir', dataDir, '--log-level', 'warn'],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...startEnvironment } },
  )
  await firstLine(child)
  const server = findServer(dataDir)
  const key = readAccountKeys(dataDir)[0]?.admin
  if (!server || !key) throw new TypeError('the server did not start')
  const port = Number(new URL(server.endpoint).port)
  const rate = await callsPerSecond(port, describeTrails(port, key))
  child.kill('SIGTERM')
  await new Promise((resolve) => child.once('exit', resolve))
  rmSync(dataDir, { recursive: true })
  return rate
}

async function measureMinistack(command: string): Promise<number> {
  const port = 4599
  const child = spawn(command, [], {
    stdio: 'ignore',
    shell: true,
    env: { ...process.env, GATEWAY_PORT: String(port), EDGE_PORT: String(port) },
    detached: true,
  })
  await untilListening(port)
  const rate = await callsPerSecond(port, describeTrails(port, { accessKeyId: 'test', secretAccessKey: 'test' }))
  if (child.pid) process.kill(-child.pid)
  return rate
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (isUp) return pause(500).then(() => undefined)
    await pause(200)
  }
  throw new TypeError(`nothing listens on ${port}`)
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(String(data).split('\n')[0] ?? ''))
    child.once('exit', (code) => reject(new TypeError(`server ended with ${code}`)))
  })
}

const bare = await measureBare()
const cairn = await measureCairn()
console.log('| server | calls/s | of bare |')
console.log('|---|---|---|')
console.log(`| bare node:http echo | ${Math.round(bare)} | 100 % |`)
console.log(
  `| Cairn, DescribeTrails, verified and recorded durably | ${Math.round(cairn)} | ${Math.round((cairn / bare) * 100)} % |`,
)
const ministack = process.env.MINISTACK
if (ministack !== undefined) {
  const peer = await measureMinistack(ministack)
  console.log(`| ministack, DescribeTrails | ${Math.round(peer)} | ${Math.round((peer / bare) * 100)} % |`)
  console.log(`\nCairn : ministack = ${(cairn / peer).toFixed(1)} : 1`)
}
