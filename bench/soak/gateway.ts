/**
 * Half an hour of calls through the gateway at half load (`SOAK_MINUTES` for another time, `SOAK_RATE` for so many calls a
 * second instead): memory must stay flat, and the upstream's own count of calls must equal that of the records. Exits
 * with 1 when it does not.
 */
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { signRequest } from '@cairn/aws-kit/sigv4'
import { readAccountKeys } from '@cairn/server/local-access'

const minutes = Number(process.env.SOAK_MINUTES ?? 30)
const ratePerSecond = Number(process.env.SOAK_RATE ?? 0)
const connections = 16
const probeMs = 5_000
/** What the heap and its buffers may breathe once everything is warm. */
const growthMiBMax = 64

const folder = mkdtempSync(join(tmpdir(), 'cairn-soak-'))
const dataDir = join(folder, 'data')
const cairn = join(import.meta.dirname, '../../packages/cli/bin/cairn.js')
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function start(args: readonly string[], pattern: RegExp) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  const port = new Promise<number>((resolve, reject) => {
    child.once('exit', () => reject(new TypeError(`${args[0]} ended`)))
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = pattern.exec(text)?.[1]
      if (found !== undefined) resolve(Number(found))
    })
  })
  return { child, port }
}

const upstream = start([join(import.meta.dirname, '../gateway-upstream.js')], /(\d+)\n/)
const upstreamPort = await upstream.port
const server = start(
  [
    cairn,
    'serve',
    '--port',
    '0',
    '--data-dir',
    dataDir,
    '--log-level',
    'error',
    '--upstream',
    `dynamodb=http://127.0.0.1:${upstreamPort}`,
  ],
  /listens on http:\/\/[^:]+:(\d+)/,
)

try {
  const port = await server.port
  const [home] = readAccountKeys(dataDir) ?? []
  if (!home?.admin) throw new TypeError('the first start made no keys')
  const credentials = home.admin
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const residentMiB = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

  const call = (operation: string) =>
    new Promise<void>((resolve, reject) => {
      const body = JSON.stringify({ TableName: 'orders', Filler: 'x'.repeat(1000) })
      const { headers } = signRequest({
        method: 'POST',
        path: '/',
        headers: {
          host: `127.0.0.1:${port}`,
          'content-length': String(body.length),
          'x-amz-target': `DynamoDB_20120810.${operation}`,
        },
        payload: Buffer.from(body),
        service: 'dynamodb',
        region: 'eu-west-1',
        credentials,
        nowMs: Date.now(),
      })
      const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', headers, agent }, (response) => {
        if (response.statusCode !== 200) return reject(new TypeError(`answered ${response.statusCode}`))
        response.resume().on('end', resolve)
      })
      request.on('error', reject)
      request.end(body)
    })

  let calls = 0
  /** Calls whose connection ended without an answer: a machine that stands still outlives what keeps connections open. */
  let broken = 0
  /** Runs calls on all connections for a while; `everyMs` is the pause that keeps to a rate. */
  async function drive(forMs: number, everyMs: number): Promise<number> {
    const before = calls
    const untilMs = performance.now() + forMs
    const worker = async () => {
      while (performance.now() < untilMs) {
        const startedMs = performance.now()
        try {
          await call(calls % 5 === 0 ? 'PutItem' : 'GetItem')
          calls += 1
        } catch (error) {
          if (error instanceof TypeError) throw error
          broken += 1
        }
        const restMs = everyMs - (performance.now() - startedMs)
        if (restMs > 1) await pause(restMs)
      }
    }
    await Promise.all(Array.from({ length: connections }, worker))
    return ((calls - before) * 1000) / forMs
  }

  const half = ratePerSecond === 0 ? (await drive(probeMs, 0)) / 2 : ratePerSecond
  const everyMs = (connections * 1000) / half
  console.log(`going on at ${Math.round(half)} calls/s for ${minutes} minutes`)
  const rounds = Math.max(4, Math.round(minutes * 2))
  const resident: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    await drive((minutes * 60_000) / rounds, everyMs)
    resident.push(residentMiB())
  }
  const counted = Number(await (await fetch(`http://127.0.0.1:${upstreamPort}/count`)).text())
  let recorded = -1
  for (let attempt = 0; attempt < 60 && recorded !== counted; attempt += 1) {
    await pause(1_000)
    const words = ['lookup', '--source', 'dynamodb', '--count', '--json', '--data-dir', dataDir]
    const { stdout } = await promisify(execFile)(process.execPath, [cairn, ...words], { maxBuffer: 1 << 26 })
    recorded = Number(/\d+/.exec(stdout)?.[0] ?? -1)
  }
  const middle = Math.floor(resident.length / 2)
  const peak = (values: readonly number[]) => Math.max(...values)
  const growth = peak(resident.slice(middle)) - peak(resident.slice(0, middle))
  console.log(`${counted} calls counted by the upstream, ${recorded} recorded, ${calls} answered, ${broken} broken off`)
  console.log(
    `resident ${resident.map((value) => value.toFixed(0)).join(' ')} MiB; second half + ${growth.toFixed(0)} MiB`,
  )
  const isCounted = counted >= calls && counted <= calls + broken
  if (recorded !== counted || !isCounted || growth > growthMiBMax) process.exitCode = 1
  agent.destroy()
} finally {
  server.child.kill('SIGKILL')
  upstream.child.kill('SIGKILL')
  await pause(200)
  rmSync(folder, { recursive: true, force: true })
}
