import { recordErrorCode } from '@cairn/core/record'
import type { NamedCall, ObservedAnswer, ReadAnswer } from './named-call.ts'

/** What the record of the call says of its answer. Never throws. */
export function readAnswer(call: NamedCall, answer: ObservedAnswer): ReadAnswer {
  const requestId = answer.headers['x-amzn-requestid'] ?? answer.headers['x-amz-request-id']
  const id = requestId === undefined ? {} : { requestId }
  if (answer.status < 400) return { responseElements: null, ...id }
  const text = new TextDecoder().decode(answer.bodyHead)
  const code = /<Code>([^<]*)</.exec(text)?.[1] ?? /"__type"\s*:\s*"(?:[^"#]*#)?([^"]*)"/.exec(text)?.[1]
  const message = /<Message>([^<]*)</.exec(text)?.[1] ?? /"[mM]essage"\s*:\s*"([^"]*)"/.exec(text)?.[1]
  const service = call.eventSource.replace(/\..*$/, '')
  return {
    error: { code: recordErrorCode(service, code ?? `HttpStatus${answer.status}`), message: message ?? '' },
    responseElements: null,
    ...id,
  }
}
