import { type Credentials, signRequest } from '@cairn/aws-kit/sigv4'
import type { Agent } from 'undici'
import { Fault } from '../../fault.ts'
import { receiveWaitMsMax } from '../../ports/message-queue.ts'
import { loadUndici } from '../../runtime/load-undici.ts'

export interface SqsCallsOptions {
  /** `https://sqs.eu-west-1.amazonaws.com` */
  readonly origin: string
  readonly region: string
  /** Asked for every request, so that rotated credentials apply at once. Absent: requests are not signed. */
  readonly credentials?: () => Promise<Credentials>
  readonly nowMs: () => number
}

const connectTimeoutMs = 5_000

/** Longest silence: a receive may wait before its answer begins. */
const silenceMs = receiveWaitMsMax + 10_000

/** Ten messages of at most 1 MiB, every character of which JSON may have escaped. */
const answerBytesMax = 64 * 1024 * 1024

/** Speaks SQS's JSON protocol, which AWS and everyone compatible have spoken since 2023. A redirect is never followed. */
export function createSqsCalls({ origin, region, credentials, nowMs }: SqsCallsOptions) {
  let agent: Promise<Agent> | undefined

  async function send(operation: string, input: object, signal?: AbortSignal) {
    const { request } = await loadUndici()
    agent ??= openAgent()
    const body = Buffer.from(JSON.stringify(input))
    const headers = {
      host: new URL(origin).host,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${operation}`,
    }
    const whose = await credentials?.()
    const sent = { method: 'POST', path: '/', headers, payload: body, service: 'sqs', region }
    return request(origin, {
      method: 'POST',
      dispatcher: await agent,
      headers: whose ? { ...signRequest({ ...sent, credentials: whose, nowMs: nowMs() }).headers } : headers,
      body,
      ...(signal && { signal }),
    })
  }

  return {
    /** @throws Fault `queue.unreachable`, `queue.refused`, `queue.missing` */
    async call(operation: string, input: object, signal?: AbortSignal): Promise<unknown> {
      let status: number
      let answer: unknown
      try {
        const { statusCode, body } = await send(operation, input, signal)
        status = statusCode
        answer = parsed(await collected(body))
      } catch (cause) {
        if (cause instanceof Fault) throw cause
        throw new Fault('queue.unreachable', 'the queue does not answer', { origin, operation }, { cause })
      }
      if (status >= 200 && status < 300 && answer !== undefined) return answer
      throw refusal(status, answer, { origin, operation })
    },
    async [Symbol.asyncDispose]() {
      await (await agent)?.destroy()
    },
  }
}

async function openAgent(): Promise<Agent> {
  const { Agent } = await loadUndici()
  return new Agent({ connect: { timeout: connectTimeoutMs }, headersTimeout: silenceMs, bodyTimeout: silenceMs })
}

async function collected(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > answerBytesMax) throw new RangeError('the answer is too large')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}

/** Members of an answer; `undefined` for what is no answer of this protocol. */
function parsed(text: string): object | undefined {
  if (text === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function refusal(status: number, answer: unknown, facts: Readonly<Record<string, string>>): Fault {
  const { __type: type } = (answer ?? {}) as { readonly __type?: unknown }
  const code = typeof type === 'string' ? (type.split('#').at(-1) ?? type) : `HTTP${status}`
  const fields = { ...facts, status, code }
  if (/QueueDoesNotExist|NonExistentQueue/.test(code)) {
    return new Fault('queue.missing', 'the queue does not exist', fields)
  }
  const isOurs = status >= 300 && status < 500 && status !== 408 && status !== 429 && !/Throttl/.test(code)
  return isOurs
    ? new Fault('queue.refused', 'the queue refuses', fields)
    : new Fault('queue.unreachable', 'the queue does not answer as it should', fields)
}
