/**
 * Events from outside: PutAuditEvents with 100 events a call on 16 connections, every event new, each call signed,
 * durable before the answer. The limit in the same run: the same bytes through a bare `node:http` server that appends
 * them to a file, one `fdatasync` for all calls that wait, and answers as many bytes. The clients share the machine with
 * the server, so its processor time for an event is told beside the rate: of all threads, ingestion into the table and the
 * history among them, and of the main thread, which a core of its own would bound the rate by.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Credentials, signRequest } from '@cairn/aws-kit/sigv4'
import { findServer, readAccountKeys } from '@cairn/server/local-access'
import { startEnvironment, startFlags } from '@cairn/testkit/running-cairn'

const connections = 16
const eventsPerCall = 100
const warmUpMs = 6_000
const measuredMs = 8_000
const account = '123456789012'

const uidDigits = 12
const uidMark = '#'.repeat(uidDigits)

/** Some 560 bytes, as an application would write it. */
function eventData(): string {
  return JSON.stringify({
    version: '1.0',
    userIdentity: { type: 'Customer', principalId: 'u-8127', details: { plan: 'team', mfa: true } },
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    eventSource: 'shop.example.com',
    eventName: 'UpdateOrder',
    eventTime: '2026-03-04T05:06:07Z',
    UID: `order-${uidMark}`,
    requestParameters: { orderId: 'o-551234', lines: [{ sku: 'A-1', count: 2 }], address: { city: 'Wien' } },
    responseElements: { status: 'accepted', total: '129.90' },
    sourceIPAddress: '198.51.100.7',
    recipientAccountId: account,
    additionalEventData: { region: 'eu', node: 'web-3' },
  })
}

/** Makes requests of one shape whose events all differ from each other. */
function createRequests(channelArn: string, host: string, credentials: Credentials) {
  const entries = Array.from({ length: eventsPerCall }, (_, index) => ({ id: `e${index}`, eventData: eventData() }))
  const body = Buffer.from(JSON.stringify({ auditEvents: entries }))
  const places: number[] = []
  for (let at = body.indexOf(uidMark); at >= 0; at = body.indexOf(uidMark, at + 1)) places.push(at)
  const query = `channelArn=${encodeURIComponent(channelArn)}`
  let events = 0
  return {
    bodyBytes: body.byteLength,
    next(): Buffer {
      for (const at of places) body.write(String(events++).padStart(uidDigits, '0'), at, 'latin1')
      const { headers } = signRequest({
        method: 'POST',
        path: '/PutAuditEvents',
        query,
        headers: { host, 'content-type': 'application/json' },
        payload: body,
        service: 'cloudtrail-data',
        region: 'us-east-1',
        credentials,
        nowMs: Date.now(),
      })
      const lines = Object.entries({ ...headers, 'content-length': String(body.byteLength) })
      const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
      return Buffer.concat([Buffer.from(`POST /PutAuditEvents?${query} HTTP/1.1\r\n${head}\r\n`), body])
    },
  }
}

interface Measured {
  readonly eventsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly processorMicros: number
  readonly mainThreadMicros: number
}

/** Of a process with all its threads, or of its first thread alone; Linux counts in hundredths of a second. */
function processorMs(pid: number, thread = ''): number {
  const fields = readFileSync(`/proc/${pid}${thread}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function measure(port: number, pid: number, next: () => Buffer): Promise<Measured> {
  const times: number[] = []
  const stop = new AbortController()
  const loops = Array.from({ length: connections }, () => callAgainAndAgain(port, next, times, stop.signal))
  await pause(warmUpMs)
  times.length = 0
  const startedMs = performance.now()
  const mainThread = `/task/${pid}`
  const before = [processorMs(pid), processorMs(pid, mainThread)] as const
  await pause(measuredMs)
  const elapsedMs = performance.now() - startedMs
  const busyMs = [processorMs(pid) - before[0], processorMs(pid, mainThread) - before[1]] as const
  const measured = times.toSorted((a, b) => a - b)
  stop.abort()
  await Promise.all(loops)
  const at = (share: number) => measured[Math.floor(measured.length * share)] ?? 0
  return {
    eventsPerSecond: (measured.length * eventsPerCall * 1000) / elapsedMs,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    processorMicros: (busyMs[0] * 1000) / (measured.length * eventsPerCall),
    mainThreadMicros: (busyMs[1] * 1000) / (measured.length * eventsPerCall),
  }
}

async function callAgainAndAgain(port: number, next: () => Buffer, times: number[], stop: AbortSignal): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise((resolve) => socket.once('connect', resolve))
  let buffered = Buffer.alloc(0)
  while (!stop.aborted) {
    const sentMs = performance.now()
    socket.write(next())
    const { promise, resolve } = Promise.withResolvers<void>()
    const onData = (chunk: Buffer) => {
      buffered = Buffer.concat([buffered, chunk])
      const headEnd = buffered.indexOf('\r\n\r\n')
      if (headEnd < 0) return
      const head = buffered.toString('latin1', 0, headEnd)
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (buffered.byteLength < headEnd + 4 + length) return
      if (!head.startsWith('HTTP/1.1 200')) throw new TypeError(buffered.toString('utf8'))
      buffered = buffered.subarray(headEnd + 4 + length)
      resolve()
    }
    socket.on('data', onData)
    await promise
    socket.off('data', onData)
    times.push(performance.now() - sentMs)
  }
  socket.destroy()
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const bareServer = (file: string, answerBytes: number) => `
import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
const file = await open(${JSON.stringify(file)}, 'w')
const answer = Buffer.alloc(${answerBytes}, 32)
let waiting = []
let isWriting = false
async function write() {
  if (isWriting) return
  isWriting = true
  while (waiting.length > 0) {
    const batch = waiting
    waiting = []
    await file.writev(batch.flatMap(({ parts }) => parts))
    await file.datasync()
    for (const { outgoing } of batch) {
      outgoing.writeHead(200, { 'content-length': answer.length })
      outgoing.end(answer)
    }
  }
  isWriting = false
}
const server = createServer((incoming, outgoing) => {
  const parts = []
  incoming.on('data', (part) => parts.push(part))
  incoming.on('end', () => {
    waiting.push({ parts, outgoing })
    void write()
  })
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))`

async function measureBare(answerBytes: number): Promise<Measured> {
  const folder = mkdtempSync(join(process.env.CAIRN_BENCH_DIR ?? tmpdir(), 'cairn-bench-'))
  const script = bareServer(join(folder, 'events'), answerBytes)
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = Number(await firstLine(child))
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' }
  const requests = createRequests(channelArnShape, `127.0.0.1:${port}`, credentials)
  const measured = await measure(port, child.pid ?? 0, requests.next)
  await stop(child)
  rmSync(folder, { recursive: true })
  return measured
}

const channelArnShape = `arn:aws:cloudtrail:us-east-1:${account}:channel/00000000-0000-4000-8000-000000000000`

async function measureCairn(): Promise<Measured & { readonly answerBytes: number; readonly bodyBytes: number }> {
  const dataDir = mkdtempSync(join(process.env.CAIRN_BENCH_DIR ?? tmpdir(), 'cairn-bench-'))
  const serve = ['packages/cli/bin/cairn.js', 'serve', '--port', '0', '--data-dir', dataDir, '--log-level', 'warn']
  const env = { ...process.env, ...startEnvironment }
  const child = spawn(process.execPath, [...startFlags, ...serve], { stdio: ['ignore', 'pipe', 'inherit'], env })
  await firstLine(child)
  const server = findServer(dataDir)
  const key = readAccountKeys(dataDir)[0]?.admin
  if (!server || !key) throw new TypeError('the server did not start')
  const host = new URL(server.endpoint).host
  const { EventDataStoreArn } = await cloudTrail(host, key, 'CreateEventDataStore', {
    Name: 'outside',
    AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['ActivityAuditLog'] }] }],
  })
  const { ChannelArn } = await cloudTrail(host, key, 'CreateChannel', {
    Name: 'orders',
    Source: 'Custom',
    Destinations: [{ Type: 'EVENT_DATA_STORE', Location: EventDataStoreArn }],
  })
  const requests = createRequests(ChannelArn ?? '', host, key)
  const measured = await measure(Number(new URL(server.endpoint).port), server.pid, requests.next)
  await stop(child)
  rmSync(dataDir, { recursive: true })
  // 100 entries of an id and a UUID.
  return { ...measured, answerBytes: 6_200, bodyBytes: requests.bodyBytes }
}

async function cloudTrail(host: string, credentials: Credentials, operation: string, input: object) {
  const payload = Buffer.from(JSON.stringify(input))
  const { headers } = signRequest({
    method: 'POST',
    path: '/',
    headers: {
      host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `CloudTrail_20131101.${operation}`,
    },
    payload,
    service: 'cloudtrail',
    region: 'us-east-1',
    credentials,
    nowMs: Date.now(),
  })
  const answer = await fetch(`http://${host}/`, { method: 'POST', headers: { ...headers }, body: payload })
  if (!answer.ok) throw new TypeError(await answer.text())
  return (await answer.json()) as Readonly<Record<string, string>>
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM')
  await new Promise((resolve) => child.once('exit', resolve))
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(String(data).split('\n')[0] ?? ''))
    child.once('exit', (code) => reject(new TypeError(`server ended with ${code}`)))
  })
}

const cairn = await measureCairn()
const bare = await measureBare(cairn.answerBytes)
const row = (name: string, { eventsPerSecond, p50Ms, p99Ms, processorMicros, mainThreadMicros }: Measured) =>
  `| ${name} | ${Math.round(eventsPerSecond).toLocaleString('en')} | ${p50Ms.toFixed(1)} ms | ${p99Ms.toFixed(1)} ms | ${processorMicros.toFixed(1)} µs | ${mainThreadMicros.toFixed(1)} µs |`
console.log(`${connections} clients, ${eventsPerCall} events and ${Math.round(cairn.bodyBytes / 1024)} KiB a call\n`)
console.log('| server | events/s | p50 | p99 | processor per event | main thread |')
console.log('|---|---|---|---|---|---|')
console.log(row('bare node:http, append, fdatasync for all who wait', bare))
console.log(row('Cairn, PutAuditEvents', cairn))
console.log(`\nCairn : limit = ${Math.round((cairn.eventsPerSecond / bare.eventsPerSecond) * 100)} %`)
