import type { DescribedError } from './refusal.ts'
import type { UpstreamFailure, UpstreamFailureKind } from './upstream-failure.ts'

type Words = readonly [code: string, status: number, text: (upstream: string) => string]

/** All are statuses that clients try again after, but for what cannot get better. */
const words: Readonly<Record<UpstreamFailureKind, Words>> = {
  unreachable: ['UpstreamUnreachable', 503, (upstream) => `The upstream ${upstream} cannot be reached.`],
  timeout: ['UpstreamTimeout', 504, (upstream) => `The upstream ${upstream} did not answer in time.`],
  reset: [
    'UpstreamReset',
    502,
    (upstream) => `The upstream ${upstream} closed the connection before its answer was whole.`,
  ],
  malformed: ['UpstreamAnswerMalformed', 502, (upstream) => `What the upstream ${upstream} answered is no HTTP.`],
  abandoned: ['ClientDisconnected', 400, () => 'The client closed the connection before the answer.'],
  unsendable: ['InvalidRequest', 400, () => 'The request cannot be passed on as HTTP/1.1.'],
}

/** What client and record are told of an upstream that gave no answer. */
export function describeFailure(failure: UpstreamFailure, upstream: string): DescribedError {
  const [code, status, text] = words[failure.kind]
  const isClients = failure.kind === 'abandoned' || failure.kind === 'unsendable'
  return { code, status, message: text(upstream), ...(!isClients && { cause: failure }) }
}
