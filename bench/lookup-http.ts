/**
 * LookupEvents over HTTP against a whole server, pages of 50: latency of one connection and rate of sixteen. Asked for
 * are the newest events of values that many have (`dense`), those before some moment, another one with each call
 * (`dense at any time`), and values that few events have (`sparse`). Beside each, in the same run and with the same
 * client, a bare `node:http` server that gives the same bytes. What is asked for changes with every call; of the last
 * two kinds, the next thousand calls ask for something else, so that nothing which was kept is of use.
 *
 *     node bench/lookup-http.ts [--events 40000] [--seconds 4] [--keep DIRECTORY] [--only dense,sparse]
 *
 * A kept directory is used again, and filled up where it has fewer events; with `--fill-seconds N` in several runs, each
 * about so long. Warm up is part of every measurement and as long as a quarter of it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { zstdCompressSync } from 'node:zlib'
import { type Credentials, signRequest } from '@cairn/aws-kit/sigv4'
import { findServer, readAccountKeys } from '@cairn/server/local-access'
import { recordFrames } from '@cairn/testkit/fakes/records'
import { startEnvironment, startFlags } from '@cairn/testkit/running-cairn'

const { values: flags } = parseArgs({
  options: {
    events: { type: 'string' },
    seconds: { type: 'string' },
    keep: { type: 'string' },
    only: { type: 'string' },
    'fill-seconds': { type: 'string' },
  },
})
const eventCount = Number(flags.events ?? 40_000)
const fillMsMax = Number(flags['fill-seconds'] ?? 3_600) * 1000
const measuredMs = Number(flags.seconds ?? 4) * 1000
const cairn = 'packages/cli/bin/cairn.js'
const region = 'eu-west-1'
const perFile = 5_000
const filesAtOnce = 20

interface Kind {
  readonly name: string
  readonly attribute: 'EventName' | 'Username'
  readonly option: '--event-name' | '--user'
  readonly asked: readonly { readonly value: string; readonly endMs?: number }[]
}

const startMs = Date.parse('2025-03-01T00:00:00Z')
/** Between two events, in the mean; see `recordFrames`. */
const gapMs = 1_500
const spanMs = eventCount * gapMs
const variety = 2_000

const names = ['Decrypt', 'AssumeRole', 'DescribeInstances', 'GetSecretValue', 'CreateUser']

const kinds: readonly Kind[] = [
  { name: 'dense', attribute: 'EventName', option: '--event-name', asked: names.map((value) => ({ value })) },
  {
    name: 'dense at any time',
    attribute: 'EventName',
    option: '--event-name',
    // In steps that are far apart, and none a divisor of the thousand.
    asked: Array.from({ length: 1_000 }, (_, index) => ({
      value: names[index % names.length] ?? '',
      endMs: startMs + Math.floor(spanMs * (0.1 + (0.9 * ((index * 617) % 1_000)) / 1_000)),
    })),
  },
  {
    name: 'sparse',
    attribute: 'Username',
    option: '--user',
    asked: Array.from({ length: 1_000 }, (_, index) => ({ value: `ci-${(index * 617) % 1_000}` })),
  },
]

/** A connection that carries one call at a time. */
async function openConnection(port: number) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let waiting: { resolve(body: Buffer): void; reject(reason: unknown): void } | undefined
  let parts: Buffer[] = []
  let received = 0
  let wanted: number | undefined
  let headBytes = 0
  socket.on('data', (chunk: Buffer) => {
    parts.push(chunk)
    received += chunk.length
    if (wanted === undefined) {
      const head = parts.length === 1 ? chunk : Buffer.concat(parts)
      headBytes = head.indexOf('\r\n\r\n') + 4
      if (headBytes < 4) return
      const text = head.toString('latin1', 0, headBytes)
      if (!text.startsWith('HTTP/1.1 200')) return waiting?.reject(new TypeError(head.toString()))
      wanted = headBytes + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
    }
    if (received < wanted) return
    const body = Buffer.concat(parts).subarray(headBytes)
    parts = []
    received = 0
    wanted = undefined
    waiting?.resolve(body)
  })
  return {
    ask: (request: Buffer) =>
      new Promise<Buffer>((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request)
      }),
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

function lookup(port: number, credentials: Credentials, attribute: string, { value, endMs }: Kind['asked'][0]): Buffer {
  const LookupAttributes = [{ AttributeKey: attribute, AttributeValue: value }]
  const EndTime = endMs === undefined ? undefined : Math.floor(endMs / 1000)
  const body = JSON.stringify({ LookupAttributes, EndTime, MaxResults: 50 })
  const { headers } = signRequest({
    method: 'POST',
    path: '/',
    headers: {
      host: `127.0.0.1:${port}`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'CloudTrail_20131101.LookupEvents',
    },
    payload: Buffer.from(body),
    service: 'cloudtrail',
    region,
    credentials,
    nowMs: Date.now(),
  })
  const lines = Object.entries({ ...headers, 'content-length': String(Buffer.byteLength(body)) })
  return Buffer.from(`POST / HTTP/1.1\r\n${lines.map(([name, text]) => `${name}: ${text}\r\n`).join('')}\r\n${body}`)
}

interface Measured {
  readonly p50: number
  readonly p99: number
  readonly perSecond: number
}

/** Asks on so many connections at once, each for the next value in turn. */
async function measure(port: number, requests: readonly Buffer[], connections: number): Promise<Measured> {
  const took: number[] = []
  const measuredFrom = performance.now() + measuredMs / 4
  const end = measuredFrom + measuredMs
  let turn = 0
  const caller = async () => {
    using connection = await openConnection(port)
    for (let began = performance.now(); began < end; began = performance.now()) {
      await connection.ask(requests[turn++ % requests.length] ?? Buffer.of())
      if (began >= measuredFrom) took.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: connections }, caller))
  took.sort((a, b) => a - b)
  const at = (share: number) => took[Math.floor(took.length * share)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), perSecond: (took.length * 1000) / measuredMs }
}

/** Answers that the bare server gives in turn. */
const bodiesMax = 40

/** Answers with the bytes that were given to it, in turn, once the request has been read. */
const bareServer = `
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
const bodies = process.argv.slice(1).map((path) => readFileSync(path))
let turn = 0
createServer((incoming, outgoing) => {
  incoming.on('data', () => {})
  incoming.on('end', () => {
    const body = bodies[turn++ % bodies.length]
    outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': body.length })
    outgoing.end(body)
  })
}).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`

async function withBare<Result>(
  folder: string,
  bodies: readonly Buffer[],
  use: (port: number) => Promise<Result>,
): Promise<Result> {
  const paths = bodies.map((body, index) => {
    const path = join(folder, `answer-${index}`)
    writeFileSync(path, body)
    return path
  })
  const child = spawn(process.execPath, ['--input-type=module', '-e', bareServer, ...paths], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    return await use(Number(await firstLine(child)))
  } finally {
    child.kill()
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(String(data).split('\n')[0] ?? ''))
    child.once('exit', (code) => reject(new TypeError(`the server ended with ${code}`)))
  })
}

/** Runs a command of the program, which goes through the server that runs there. Finding nothing is no failure. */
function run(dataDir: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cairn, ...words, '--data-dir', dataDir], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (status !== 0 && status !== 3) throw new TypeError(stderr)
  return stdout
}

/**
 * Writes and imports some files at a time: three million events would need a lot of room at once. How far it came is
 * noted, so that it goes on where it was stopped. Returns whether all are there.
 */
async function fill(dataDir: string, folder: string, account: string): Promise<boolean> {
  const logs = join(folder, 'logs')
  const note = join(dataDir, 'bench-events')
  const began = performance.now()
  let made = existsSync(note) ? Number(readFileSync(note, 'utf8')) : 0
  if (made >= eventCount) return true
  while (made < eventCount) {
    if (performance.now() - began > fillMsMax) return false
    const seed = made / (perFile * filesAtOnce)
    const source = recordFrames({
      seed,
      startMs: startMs + made * gapMs,
      accounts: [account],
      regions: [region],
      variety,
    })
    mkdirSync(logs)
    for (let file = 0; file < filesAtOnce && made < eventCount; file++) {
      const count = Math.min(perFile, eventCount - made)
      const records = Array.from({ length: count }, () => Buffer.from(source.next().value?.bytes ?? '').toString())
      writeFileSync(join(logs, `${file}.json.zst`), zstdCompressSync(`{"Records":[${records.join(',')}]}`))
      made += count
    }
    run(dataDir, 'import', logs)
    rmSync(logs, { recursive: true })
    writeFileSync(note, String(made))
  }
  while (JSON.parse(run(dataDir, 'status', '--json')).history !== 'indexed') {
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  const seconds = (performance.now() - began) / 1000
  console.log(`${eventCount.toLocaleString('en')} events made, imported and indexed in ${seconds.toFixed(0)} s\n`)
  return true
}

/** How many events have the value. */
function matches(dataDir: string, option: string, value: string): number {
  const lines = run(dataDir, 'lookup', option, value, '--category', 'management', '--count', '--limit', '0', '--json')
  return JSON.parse(lines.trim().split('\n').at(-1) ?? '').summary.matched
}

const folder = mkdtempSync(join(process.env.CAIRN_BENCH_DIR ?? tmpdir(), 'cairn-bench-'))
const dataDir = flags.keep ?? join(folder, 'data')
const server = spawn(
  process.execPath,
  [...startFlags, cairn, 'serve', '--port', '0', '--data-dir', dataDir, '--regions', region, '--log-level', 'warn'],
  { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...startEnvironment } },
)
try {
  await firstLine(server)
  const { account = '', admin } = readAccountKeys(dataDir)[0] ?? {}
  const endpoint = findServer(dataDir)?.endpoint
  if (!admin || !endpoint) throw new TypeError('the server did not start')
  const port = Number(new URL(endpoint).port)
  const isFull = await fill(dataDir, folder, account)

  const row = (...cells: readonly (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)
  row('LookupEvents, 50 a page', 'matches', 'one connection: p50, p99', 'bare', 'sixteen', 'bare', 'of bare')
  row('---', '---', '---', '---', '---', '---', '---')
  const pair = ({ p50, p99 }: Measured) => `${p50.toFixed(2)}, ${p99.toFixed(2)} ms`
  const wanted = isFull ? flags.only?.split(',') : []
  for (const { name, attribute, option, asked } of kinds) {
    if (wanted !== undefined && !wanted.includes(name)) continue
    const requests = asked.map((each) => lookup(port, admin, attribute, each))
    const one = await measure(port, requests, 1)
    const many = await measure(port, requests, 16)
    using connection = await openConnection(port)
    const bodies: Buffer[] = []
    for (const request of requests.slice(0, bodiesMax)) bodies.push(await connection.ask(request))
    const [bareOne, bareMany] = await withBare(folder, bodies, async (barePort) => [
      await measure(barePort, requests, 1),
      await measure(barePort, requests, 16),
    ])
    row(
      `${name}: ${attribute}`,
      matches(dataDir, option, asked[0]?.value ?? '').toLocaleString('en'),
      pair(one),
      pair(bareOne),
      `${Math.round(many.perSecond)}/s, p99 ${many.p99.toFixed(0)} ms`,
      `${Math.round(bareMany.perSecond)}/s`,
      `${Math.round((many.perSecond / bareMany.perSecond) * 100)} %`,
    )
  }
} finally {
  server.kill('SIGTERM')
  if (server.exitCode === null) await once(server, 'exit')
  rmSync(folder, { recursive: true, force: true })
}
