import { type Credentials, signRequest } from '@cairn/aws-kit/sigv4'
import { configFrom } from '../config/index.ts'
import { buildInstallation } from '../context.ts'
import type { HttpAnswer, HttpRequest } from '../http-message.ts'
import { openMemoryStorage } from '../profiles/memory.ts'
import { systemClock } from '../storage/system/clock.ts'
import { createTelemetry } from '../telemetry/index.ts'
import { bodyOf } from './incoming-body.ts'

export interface Sent {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly service?: string
  readonly region?: string
  /** Default: the admin's key. `null`: unsigned. */
  readonly credentials?: Credentials | null
}

/** A whole installation in memory, without a socket. */
export async function createTestInstallation(flags: Readonly<Record<string, string>> = {}) {
  const storage = openMemoryStorage()
  const { config } = await configFrom(flags, '/nowhere')
  const installation = await buildInstallation(storage, config, createTelemetry({ level: 'silent' }))
  const [home] = installation.keys.accounts
  const { operator } = installation.keys
  if (!home?.admin || !home.root || !operator) throw new TypeError('the first start made no keys')
  const admin: Credentials = home.admin

  async function send(sent: Sent): Promise<HttpAnswer> {
    const { method = 'POST', path = '/', query = '', body = '', credentials = admin } = sent
    const headers = { host: '127.0.0.1:4577', ...sent.headers }
    const payload = new TextEncoder().encode(body)
    const { service = 'cloudtrail', region = 'us-east-1' } = sent
    const signed = credentials
      ? signRequest({ method, path, query, headers, payload, service, region, credentials, nowMs: systemClock.nowMs() })
      : { headers }
    return installation.handle(requestOf({ method, path, query, headers: signed.headers, payload }))
  }

  /** A CloudTrail call and its answer as JSON. */
  async function call(name: string, input: object, sent: Sent = {}) {
    const answer = await send({
      ...sent,
      body: JSON.stringify(input),
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `CloudTrail_20131101.${name}`,
        ...sent.headers,
      },
    })
    return { status: answer.status, body: JSON.parse(await textOf(answer)) as Record<string, unknown> }
  }

  /** The records in the log, oldest first. */
  async function records(): Promise<Record<string, unknown>[]> {
    const frames = await storage.log.read(storage.log.bounds().first, 1 << 30)
    return frames
      .filter(({ kind }) => kind === 'event')
      .map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>)
  }

  return { ...installation, storage, admin, root: home.root, operator, send, call, records }
}

export function requestOf(parts: {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload: Uint8Array
}): HttpRequest {
  return {
    head: { method: parts.method, path: parts.path, query: parts.query, headers: Object.entries(parts.headers).flat() },
    headers: parts.headers,
    body: bodyOf(parts.payload),
    remoteAddress: '192.0.2.7',
    signal: new AbortController().signal,
  }
}

export async function textOf({ body }: HttpAnswer): Promise<string> {
  if (body instanceof Uint8Array) return new TextDecoder().decode(body)
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}
