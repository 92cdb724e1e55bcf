import { request as httpRequest, type IncomingMessage } from 'node:http'
import { type Credentials, signRequest } from '@cairn/aws-kit/sigv4'
import { configFrom } from '../../config/index.ts'
import { buildInstallation } from '../../context.ts'
import { listen } from '../../http/listener.ts'
import { openMemoryStorage } from '../../profiles/memory.ts'
import type { Storage } from '../../profiles/storage.ts'
import { systemClock } from '../../storage/system/clock.ts'
import { createTelemetry } from '../../telemetry/index.ts'

export interface Sent {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
  readonly service?: string
  /** Default: the admin's key. `null`: unsigned. */
  readonly credentials?: Credentials | null
  /** What the signature says of the body where it is not its hash. */
  readonly payload?: string
}

export interface Received {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  readonly isWhole: boolean
}

/** Members of records that the tests look at. */
export interface SeenRecord {
  readonly eventName: string
  readonly eventSource: string
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly readOnly: boolean
  readonly requestID: string
  readonly recipientAccountId: string
  readonly userIdentity: Readonly<Record<string, unknown>>
  readonly requestParameters: Readonly<Record<string, unknown>> | null
  readonly responseElements: Readonly<Record<string, unknown>> | null
  readonly additionalEventData?: Readonly<Record<string, unknown>>
  readonly resources?: readonly unknown[]
  readonly managementEvent: boolean
}

/** A gateway on a socket, its installation in memory. */
export async function startGateway(
  upstream: string,
  flags: Readonly<Record<string, string>> = {},
  change: (storage: Storage) => Storage = (storage) => storage,
) {
  const storage = change(openMemoryStorage())
  const { config } = await configFrom({ upstreams: upstream, 'capture.answerTimeout': '5s', ...flags }, '/nowhere')
  const log: Record<string, unknown>[] = []
  const write = (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>)
  const installation = await buildInstallation(
    storage,
    config,
    createTelemetry({ level: flags['log.level'] ?? 'warn', write }),
  )
  const { limits } = config
  const settings = {
    host: '127.0.0.1',
    port: 0,
    limits: { ...limits, headersTimeoutMs: limits.headersTimeout, idleMs: limits.idleTimeout },
    telemetry: installation.telemetry.calls,
  }
  const listener = await listen(installation.handle, settings)
  const own = await Promise.all(installation.gateways.map(({ carry }) => listen(carry, settings)))
  const [home] = installation.keys.accounts
  if (!home?.admin) throw new TypeError('the first start made no keys')
  const admin: Credentials = home.admin

  function signedHeaders({ method = 'POST', path = '/', query = '', ...sent }: Sent): Readonly<Record<string, string>> {
    const { service = 'dynamodb', credentials = admin, headers = {}, body = '' } = sent
    const plain = { host: `127.0.0.1:${listener.port}`, ...headers }
    if (credentials === null) return plain
    const payload = sent.payload ?? (typeof body === 'string' ? new TextEncoder().encode(body) : body)
    const nowMs = systemClock.nowMs()
    const parts = { method, path, query, headers: plain, payload, service, region: 'eu-west-1', credentials, nowMs }
    return signRequest(parts).headers
  }

  async function records(): Promise<SeenRecord[]> {
    const frames = await storage.log.read(storage.log.bounds().first, 1 << 30)
    return frames
      .filter(({ kind }) => kind === 'event')
      .map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as SeenRecord)
  }

  return {
    endpoint: `http://127.0.0.1:${listener.port}`,
    port: listener.port,
    ownPorts: own.map(({ port }) => port),
    storage,
    config,
    installation,
    admin,
    log,
    records,
    signedHeaders,
    intents: async () =>
      (await storage.log.read(storage.log.bounds().first, 1 << 30)).filter(({ kind }) => kind === 'intent').length,
    send: (sent: Sent, port = listener.port) => exchange({ ...sent, headers: signedHeaders(sent) }, port),
    async [Symbol.asyncDispose]() {
      await Promise.all([listener, ...own].map((one) => one.close(100)))
      await installation[Symbol.asyncDispose]()
    },
  }
}

/** One request over a connection of its own. */
export function exchange(sent: Sent, port: number): Promise<Received> {
  const { method = 'POST', path = '/', query = '', headers = {}, body } = sent
  return new Promise((resolve, reject) => {
    const target = query === '' ? path : `${path}?${query}`
    const request = httpRequest(
      { host: '127.0.0.1', port, method, path: target, headers, agent: false },
      (response) => {
        const parts: Buffer[] = []
        const ended = (isWhole: boolean) =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts), isWhole })
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () => ended(true))
        response.on('error', () => ended(false))
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}
