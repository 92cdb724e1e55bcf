import { type Credentials, signRequest } from '@cairn/aws-kit/sigv4'
import { openRawConnection } from '@cairn/testkit/raw-connection'

export interface Message {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Announced instead of the body's hash. */
  readonly payloadHash?: string
  /** Announced instead of the body's length. */
  readonly length?: number
  readonly service?: string
  readonly region?: string
}

/** A signed HTTP/1.1 request as it goes over the wire, with whatever is wrong with it otherwise. */
export function signedMessage(message: Message, credentials: Credentials, host: string): Buffer {
  const { method = 'POST', path = '/', query = '', service = 'cloudtrail', region = 'us-east-1' } = message
  const body = Buffer.from(message.body ?? '')
  const { headers } = signRequest({
    method,
    path,
    query,
    headers: { host, ...message.headers },
    payload: message.payloadHash ?? body,
    service,
    region,
    credentials,
    nowMs: Date.now(),
  })
  const lines = Object.entries({ ...headers, 'content-length': String(message.length ?? body.byteLength) })
  const head = [
    `${method} ${path}${query && `?${query}`} HTTP/1.1`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body])
}

/** A call of CloudTrail's JSON protocol. */
export function trailCall(operation: string, body: string | Uint8Array): Message {
  const target = `CloudTrail_20131101.${operation}`
  return { body, headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target } }
}

export interface RawAnswer {
  readonly status: number
  readonly text: string
}

/** Sends bytes on a connection of their own and reads until the server has answered and closed. */
export async function ask(endpoint: string, bytes: string | Uint8Array, from?: string): Promise<RawAnswer> {
  using connection = await openRawConnection(endpoint, from === undefined ? {} : { from })
  connection.send(bytes)
  await connection.until(/^HTTP\/1\.1 [2-5]\d\d [\s\S]*?\r\n\r\n/)
  connection.end()
  const { text, wasReset } = await connection.closed()
  if (wasReset) throw new Error(`the connection was reset under the answer:\n${text.slice(0, 1000)}`)
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text }
}
