/**
 * What the gateway costs: latency it adds on one connection, calls a second on 32, and large bodies both ways. In the
 * same run: the upstream itself, a proxy in Node that only pipes, and nginx where there is one (`NGINX` names the
 * program). Calls are of 1.2 KB, each with a durable record; the write is announced before it goes upstream as well.
 * `BENCH_ONLY=calls` or `bodies` does half of it. Where client, proxy and upstream share two processors a proxy cannot
 * be half as fast as none: processor time for a MiB tells more than the speed there.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Credentials, signRequest } from '@cairn/aws-kit/sigv4'
import { readAccountKeys } from '@cairn/server/local-access'
import { startEnvironment, startFlags } from '@cairn/testkit/running-cairn'

const connections = 32
// What is measured are servers that have been up for a while, as in `calls`: hot code is optimised after some 100,000
// calls. Each way gets as long.
const steadyMs = 12_000
const warmUpMs = 1_500
const measuredMs = 2_500
const rounds = 2
const only = process.env.BENCH_ONLY
const transferBytes = Number(process.env.BENCH_BYTES ?? 256 * 1024 * 1024)

const folder = mkdtempSync(join(tmpdir(), 'cairn-bench-'))
const children: ChildProcess[] = []
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

interface Way {
  readonly name: string
  readonly port: number
  readonly pid: number
  readonly credentials: Credentials
}

/** Starts a process and waits for the text that holds its port. */
async function start(
  command: string,
  args: readonly string[],
  pattern: RegExp,
): Promise<{ port: number; pid: number }> {
  const env = { ...process.env, ...startEnvironment, UP_ACCESS_KEY_ID: 'up', UP_SECRET_ACCESS_KEY: 'secret' }
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env, cwd: folder })
  children.push(child)
  let text = ''
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => reject(new TypeError(`${command} ended`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = pattern.exec(text)?.[1]
      if (found !== undefined) resolve(Number(found))
    })
  })
  return { port, pid: child.pid ?? 0 }
}

function startCairn(name: string, upstream: string): Promise<{ port: number; pid: number }> {
  const cairn = join(import.meta.dirname, '../packages/cli/bin/cairn.js')
  const args = [...startFlags, cairn, 'serve', '--port', '0', '--data-dir', join(folder, name), '--log-level', 'error']
  const limits = ['--limits-source-requests-per-second', '1000000', '--limits-account-requests-per-second', '1000000']
  return start(process.execPath, [...args, ...limits, '--upstream', upstream], /listens on http:\/\/[^:]+:(\d+)/)
}

async function startNginx(upstreamPort: number): Promise<{ port: number; pid: number } | undefined> {
  const program = process.env.NGINX ?? 'nginx'
  const port = 18_000 + (process.pid % 1_000)
  const config = `worker_processes 1; pid ${folder}/nginx.pid; error_log stderr crit; daemon off;
events { worker_connections 512; }
http { access_log off; keepalive_requests 1000000000; client_max_body_size 0; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  upstream up { server 127.0.0.1:${upstreamPort}; keepalive 64; keepalive_requests 1000000000; }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_buffering off; proxy_request_buffering off; } } }`
  writeFileSync(join(folder, 'nginx.conf'), config)
  const child = spawn(program, ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' })
  const isThere = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', () => resolve(false))
    setTimeout(() => resolve(true), 500)
  })
  if (!isThere) return undefined
  children.push(child)
  return { port, pid: child.pid ?? 0 }
}

function call({ port, credentials }: Way, operation: string): Buffer {
  const body = JSON.stringify({ TableName: 'orders', Filler: 'x'.repeat(1150) })
  const { headers } = signRequest({
    method: 'POST',
    path: '/',
    headers: {
      host: `127.0.0.1:${port}`,
      'content-type': 'application/x-amz-json-1.0',
      'content-length': String(body.length),
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'user-agent': 'aws-cli/2.36.12 md/awscrt#0.31.2 ua/2.1 os/linux md/command#dynamodb',
    },
    payload: Buffer.from(body),
    service: 'dynamodb',
    region: 'eu-west-1',
    credentials,
    nowMs: Date.now(),
  })
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}\r\n${body}`, 'latin1')
}

/** Sends `request` again on each of `count` connections as soon as it was answered; gives the times of the answers. */
async function drive(
  { port, pid }: Way,
  request: Buffer,
  count: number,
  leadMs = warmUpMs,
): Promise<{ perSecond: number; timesMs: number[]; cpuUsEach: number }> {
  const timesMs: number[] = []
  const sockets = Array.from({ length: count }, () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let text = ''
    let sentAtMs = 0
    const send = () => {
      sentAtMs = performance.now()
      socket.write(request)
    }
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      if (!text.startsWith('HTTP/1.1 200')) throw new TypeError(text)
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1])
      if (text.length < end + 4 + length) return
      text = ''
      timesMs.push(performance.now() - sentAtMs)
      send()
    })
    socket.once('connect', send)
    return socket
  })
  await pause(leadMs)
  timesMs.length = 0
  const startedMs = performance.now()
  const cpuBefore = cpuMs(pid)
  await pause(measuredMs)
  const cpuUsEach = ((cpuMs(pid) - cpuBefore) * 1000) / timesMs.length
  const perSecond = (timesMs.length * 1000) / (performance.now() - startedMs)
  for (const socket of sockets) socket.destroy()
  return { perSecond, timesMs: timesMs.toSorted((left, right) => left - right), cpuUsEach }
}

function transfer(way: Way, method: 'PUT' | 'GET'): Promise<number> {
  const path = method === 'PUT' ? '/data/key' : `/download/${transferBytes}`
  const host = `127.0.0.1:${way.port}`
  const { headers } = signRequest({
    method,
    path,
    headers: { host, ...(method === 'PUT' && { 'content-length': String(transferBytes) }) },
    payload: 'UNSIGNED-PAYLOAD',
    service: 's3',
    region: 'eu-west-1',
    credentials: way.credentials,
    nowMs: Date.now(),
  })
  const piece = Buffer.alloc(256 * 1024, 'x')
  const startedMs = performance.now()
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: way.port, method, path, headers, agent: false },
      (response) => {
        if (response.statusCode !== 200) reject(new TypeError(`${way.name}: ${response.statusCode}`))
        response.on('data', () => undefined)
        response.on('end', () => resolve(transferBytes / 1e3 / (performance.now() - startedMs)))
      },
    )
    request.on('error', reject)
    let left = method === 'PUT' ? transferBytes : 0
    const send = () => {
      while (left > 0) {
        const part = left < piece.length ? piece.subarray(0, left) : piece
        left -= part.length
        if (!request.write(part)) return void request.once('drain', send)
      }
      request.end()
    }
    send()
  })
}

/** Processor time of a process so far, all its threads. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}

async function peakDuring(pid: number, work: Promise<number>): Promise<{ mbPerSecond: number; peakMiB: number }> {
  let peakMiB = 0
  const watch = setInterval(() => {
    peakMiB = Math.max(peakMiB, residentMiB(pid))
  }, 50)
  const mbPerSecond = await work
  clearInterval(watch)
  return { mbPerSecond, peakMiB }
}

const kinds = [
  ['read', 'DescribeTable'],
  ['write', 'UpdateTable'],
] as const

const at = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
const median = (values: readonly number[]) =>
  at(
    values.toSorted((left, right) => left - right),
    0.5,
  )

try {
  const upstream = await start(process.execPath, [join(import.meta.dirname, 'gateway-upstream.js')], /(\d+)\n/)
  const endpoint = `http://127.0.0.1:${upstream.port}`
  const pass = await startCairn('pass', `dynamodb,s3=${endpoint}`)
  const resign = await startCairn('resign', `dynamodb,s3=${endpoint},sign=resign,credentials=env:UP_`)
  const pipe = await start(
    process.execPath,
    [join(import.meta.dirname, 'gateway-pipe.js'), String(upstream.port)],
    /(\d+)\n/,
  )
  const nginx = await startNginx(upstream.port)
  const keysOf = (name: string): Credentials => {
    const [home] = readAccountKeys(join(folder, name)) ?? []
    if (!home?.admin) throw new TypeError('the first start made no keys')
    return home.admin
  }
  // As `pass` is meant: keys that the upstream knows and Cairn does not.
  const anyone: Credentials = { accessKeyId: 'AKIAUPSTREAMEXAMPLE1', secretAccessKey: 'known to the upstream' }
  const ways: Way[] = [
    { name: 'direct', ...upstream, credentials: anyone },
    { name: 'pipe', ...pipe, credentials: anyone },
    ...(nginx === undefined ? [] : [{ name: 'nginx', ...nginx, credentials: anyone }]),
    { name: 'pass', ...pass, credentials: anyone },
    { name: 'resign', ...resign, credentials: keysOf('resign') },
  ]
  if (nginx === undefined) console.log('nginx is not here (NGINX names it): not compared')

  const latency = new Map<string, { p50: number[]; p99: number[] }>()
  const rates = new Map<string, number[]>()
  const cpu = new Map<string, number[]>()
  const kindsOf = ({ name }: Way) => (name === 'pass' || name === 'resign' ? kinds : kinds.slice(0, 1))
  for (const way of only === 'bodies' ? [] : ways) {
    for (const [, operation] of kindsOf(way)) {
      await drive(way, call(way, operation), connections, steadyMs / kindsOf(way).length)
    }
  }
  for (let round = 0; round < (only === 'bodies' ? 0 : rounds); round += 1) {
    for (const way of ways) {
      for (const [kind, operation] of kindsOf(way)) {
        const { timesMs } = await drive(way, call(way, operation), 1)
        const found = latency.get(`${way.name} ${kind}`) ?? { p50: [], p99: [] }
        found.p50.push(at(timesMs, 0.5))
        found.p99.push(at(timesMs, 0.99))
        latency.set(`${way.name} ${kind}`, found)
      }
      const { perSecond, cpuUsEach } = await drive(way, call(way, 'DescribeTable'), connections)
      rates.set(way.name, [...(rates.get(way.name) ?? []), perSecond])
      cpu.set(way.name, [...(cpu.get(way.name) ?? []), cpuUsEach])
    }
  }
  const direct = latency.get('direct read')
  for (const [name, { p50, p99 }] of latency) {
    const added = (values: readonly number[], base: readonly number[] = []) =>
      (median(values) - median(base)).toFixed(2)
    console.log(
      `${name}: p50 ${median(p50).toFixed(2)} ms, p99 ${median(p99).toFixed(2)} ms; added ${added(p50, direct?.p50)} and ${added(p99, direct?.p99)} ms`,
    )
  }
  const peer = median(rates.get('direct') ?? [])
  for (const [name, values] of rates) {
    console.log(
      `${name}: ${Math.round(median(values))} calls/s on ${connections} connections (${(median(values) / peer).toFixed(2)} of direct), ${median(cpu.get(name) ?? []).toFixed(0)} µs of processor each`,
    )
  }
  const mebibytes = transferBytes / 1024 ** 2
  // The first transfer of a process warms it up.
  for (const method of only === 'calls' ? [] : (['PUT', 'GET', 'PUT', 'GET'] as const)) {
    const speeds = new Map<string, number>()
    for (const way of ways) {
      const before = residentMiB(way.pid)
      const cpuBefore = cpuMs(way.pid)
      const { mbPerSecond, peakMiB } = await peakDuring(way.pid, transfer(way, method))
      speeds.set(way.name, mbPerSecond)
      const memory = `memory + ${Math.max(0, peakMiB - before).toFixed(0)} MiB`
      const cpuEach = `${(((cpuMs(way.pid) - cpuBefore) * 1000) / mebibytes).toFixed(0)} µs of processor a MiB`
      const share = `${(mbPerSecond / (speeds.get('direct') ?? mbPerSecond)).toFixed(2)} of direct`
      console.log(
        `${method} ${mebibytes} MiB ${way.name}: ${mbPerSecond.toFixed(0)} MB/s (${share}), ${cpuEach}, ${memory}`,
      )
    }
  }
} finally {
  for (const child of children) child.kill('SIGKILL')
  await pause(200)
  rmSync(folder, { recursive: true, force: true })
}
