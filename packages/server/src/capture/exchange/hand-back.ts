import { type HttpAnswer, joinedHeaders } from '../../http-message.ts'
import type { Clock } from '../../ports/clock.ts'
import { readAnswer } from '../naming/index.ts'
import { type BodyHead, type HeadBudget, headBytesMax, readHead } from './body-head.ts'
import type { CarriedCall } from './call-facts.ts'
import { unknownCaller } from './caller.ts'
import type { Endings } from './endings.ts'
import { answerHeaders } from './hop-headers.ts'
import { isKeyRefusal } from './key-refusal.ts'
import { answeredOutcome, type Sent } from './outcome.ts'
import { streamAnswer } from './stream-answer.ts'
import type { UpstreamAnswer } from './transport.ts'

/**
 * Hands an upstream's answer to the client, its record written before the last byte.
 *
 * @throws UpstreamFailure while nothing of the answer has been handed on
 */
export type HandBack = (carried: CarriedCall, answer: UpstreamAnswer) => Promise<HttpAnswer>

export function createHandBack(options: {
  readonly endings: Endings
  readonly budget: HeadBudget
  readonly clock: Clock
  /** The installation's own. */
  readonly account: string
}): HandBack {
  const { endings, budget, clock } = options

  async function handBack(carried: CarriedCall, answer: UpstreamAnswer): Promise<HttpAnswer> {
    const { status } = answer
    const headers = answerHeaders(answer.rawHeaders)
    const read = answerReader(carried, answer, headers)
    const holdsLast = headers['content-length'] !== undefined
    if (!isBuffered(carried, status, headers)) {
      return { status, headers, body: streamed(carried, answer.body, read, { holdsLast }) }
    }
    const kept = await readHead(answer.body, headBytesMax, budget)
    kept.release()
    if (!(kept.body instanceof Uint8Array)) {
      return { status, headers, body: streamed(carried, kept.body, read, { holdsLast }) }
    }
    if (status === 204) delete headers['content-length']
    try {
      const { outcome, requestId } = read(kept, { bytesOut: kept.bytes.byteLength })
      await endings.complete(carried, outcome, requestId)
    } catch (error) {
      return endings.withhold(carried, error)
    }
    return { status, headers, body: kept.body }
  }

  function streamed(
    carried: CarriedCall,
    body: AsyncIterable<Uint8Array>,
    read: ReturnType<typeof answerReader>,
    { holdsLast }: { readonly holdsLast: boolean },
  ): AsyncIterable<Uint8Array> {
    return streamAnswer(body, {
      keepMax: headBytesMax,
      budget,
      // Without a length the end itself is what the client waits for; with one, it would not.
      holdsLast,
      async beforeEnd({ kept, bytesOut, interruptedBy }) {
        const whom = carried.request.signal.aborted ? 'client' : interruptedBy
        const { outcome, requestId } = read(kept, { bytesOut, ...(interruptedBy && whom && { interruptedBy: whom }) })
        await endings.complete(carried, outcome, requestId)
      },
    })
  }

  /** Reads what an answer says. The identity falls when the upstream does not know the key. */
  function answerReader(carried: CarriedCall, answer: UpstreamAnswer, headers: Record<string, string>) {
    const { status, rawHeaders } = answer
    const observed = joinedHeaders(rawHeaders)
    return (body: Pick<BodyHead, 'bytes' | 'isWhole'>, sent: Sent) => {
      const read = readAnswer(carried.call, {
        status,
        headers: observed,
        bodyHead: body.bytes,
        bodyIsWhole: body.isWhole,
      })
      if (isKeyRefusal(read.error?.code)) {
        const { accessKeyId } = carried.caller
        if (!carried.caller.isProven) carried.caller = unknownCaller(options.account, accessKeyId)
        const hint = carried.passage.keyRefused?.({ accessKeyId, code: read.error?.code ?? '' })
        if (hint !== undefined) headers['x-cairn-hint'] = hint
      }
      if (read.resources) carried.call = { ...carried.call, resources: read.resources }
      return { outcome: answeredOutcome(carried, read, sent, clock.nowMs()), requestId: read.requestId }
    }
  }

  return handBack
}

/**
 * Whether an answer waits here until it is whole, so that one without a record can still become an error. What is large,
 * or may be meant to be read as it comes, does not: S3 sends blanks while it puts an object together.
 */
function isBuffered(
  { request, call }: CarriedCall,
  status: number,
  headers: Readonly<Record<string, string>>,
): boolean {
  if (request.head.method === 'HEAD' || status === 204 || status === 304) return true
  const length = headers['content-length']
  if (length !== undefined) return Number(length) <= headBytesMax
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  return call.service !== 's3' && /(json|xml|cbor)\b/.test(type)
}
