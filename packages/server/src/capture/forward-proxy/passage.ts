import type { HttpRequest } from '../../http-message.ts'
import { type CompletedCall, type Passage, Refusal, type Transport } from '../exchange/index.ts'
import { type AccessQuestion, accessQuestions, type PassOptions, passThrough } from '../gateway/index.ts'
import type { NamedCall } from '../naming/index.ts'
import { readMark } from './proxy-credentials.ts'

/** A call that was carried, with whose it is. */
export interface CapturedCall extends CompletedCall {
  /** What the client marked it with, e.g. the name of a test. */
  readonly mark?: string
  /** What IAM has to allow for it; absent where nobody can say which call it is. */
  readonly needs?: readonly AccessQuestion[]
}

export interface PassageOptions extends Omit<PassOptions, 'keyRefused'> {
  readonly transport: Transport
  /** Where it was going: `https://s3.eu-west-1.amazonaws.com`. */
  readonly origin: string
  readonly partition: string
  /** Mark of the connection; that of the request has precedence. */
  readonly mark?: string | undefined
  readonly onCall?: ((call: CapturedCall) => void) | undefined
}

/** The header that marks one request. Clients add it after signing, and it ends here. */
const markHeader = 'x-cairn-mark'

/** The way of one request to the host it was meant for; bytes, `Host` and signature stay as they came. */
export function createPassage(request: HttpRequest, options: PassageOptions): Passage {
  const { origin, transport, onCall } = options
  const mark = markOf(request) ?? options.mark
  const upstream = { origin, transport, name: new URL(origin).host }
  // Nobody set this way up, so there is nobody to advise on keys; the answer stays as it came.
  const { keyRefused: _, ...pass } = passThrough(upstream, { ...options, keyRefused: () => '' })
  return {
    ...pass,
    source: 'proxy',
    completed(completed) {
      const needs = needsOf(completed.call, request, options.partition)
      onCall?.({ ...completed, ...(mark && { mark }), ...(needs && { needs }) })
    },
  }
}

/** The same questions that the gateway asks before it signs a call anew. */
function needsOf(call: NamedCall, request: HttpRequest, partition: string): readonly AccessQuestion[] | undefined {
  try {
    return accessQuestions(call, request, partition)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/** The request without what is meant for the proxy. */
export function withoutMark(request: HttpRequest): HttpRequest {
  if (request.headers[markHeader] === undefined) return request
  const headers = request.head.headers.filter((_, index, all) => all[index - (index % 2)]?.toLowerCase() !== markHeader)
  const { [markHeader]: _, ...rest } = request.headers
  return { ...request, head: { ...request.head, headers }, headers: rest }
}

/** An empty one says that the request is of no test, whichever opened its connection. */
function markOf({ headers }: HttpRequest): string | undefined {
  const given = headers[markHeader]
  return given === undefined ? undefined : readMark(given)
}
