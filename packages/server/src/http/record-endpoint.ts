import { frameworkCode } from '@cairn/aws-kit/protocol'
import { recordErrorCode } from '@cairn/core/record'
import type { Endpoint, EndpointAnswer } from '../api/endpoint.ts'
import { type Principal, recordIdentity } from '../identity/index.ts'
import type { CallFacts, Recorder } from '../pipeline/index.ts'
import type { Catalog } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { ApiError } from './api-error.ts'
import { toApiError } from './to-api-error.ts'

/** Event source of the records of Cairn's own endpoints. */
export const endpointSource = 'cairn.internal'

export interface EndpointCall {
  readonly endpoint: Endpoint
  readonly query: URLSearchParams
  readonly sourceIp: string
  readonly userAgent?: string
}

/**
 * Runs a call of one of Cairn's own endpoints with a record around it, as AWS calls have: announced before it changes
 * anything, written when it is answered or refused. `run` tells by `identified` who calls, before it does anything.
 * A streamed answer is recorded as it begins; what it does is told by what it leaves.
 */
export type RecordEndpoint = (
  call: EndpointCall,
  run: (identified: (principal: Principal) => Promise<void>) => Promise<EndpointAnswer>,
) => Promise<EndpointAnswer>

export function createRecordEndpoint(options: {
  readonly recorder: Recorder
  readonly catalog: Catalog
  readonly clock: Clock
  readonly ids: Ids
  readonly account: string
  readonly region: string
}): RecordEndpoint {
  const { recorder, catalog, clock, ids } = options
  return async (call, run) => {
    const { endpoint } = call
    let principal: Principal = { kind: 'anonymous' }
    let announced: CallFacts | undefined
    const factsNow = () => endpointFacts({ ...call, principal }, options, ids)
    const complete = (error?: ApiError) =>
      recorder.complete(
        announced ?? factsNow(),
        {
          completedAtMs: clock.nowMs(),
          responseElements: null,
          ...(error && { error: { code: recordErrorCode('cairn', endpointErrorCode(error)), message: error.message } }),
        },
        {
          isProven: principal.kind !== 'anonymous',
          announced: announced !== undefined,
          versionBefore: catalog.version,
        },
      )
    let answer: EndpointAnswer
    try {
      answer = await run(async (proven) => {
        principal = proven
        if (endpoint.readOnly) return
        const facts = factsNow()
        await recorder.announce(facts)
        announced = facts
      })
    } catch (error) {
      await complete(toApiError(error, 'restJson1'))
      throw error
    }
    await complete()
    return answer
  }
}

export function endpointErrorCode({ code }: ApiError): string {
  return typeof code === 'string' ? code : frameworkCode('restJson1', code.failure)
}

function endpointFacts(
  { endpoint, principal, query, sourceIp, userAgent }: EndpointCall & { readonly principal: Principal },
  own: { readonly account: string; readonly region: string },
  ids: Ids,
): CallFacts {
  const account = 'account' in principal ? principal.account : own.account
  return {
    callId: ids.uuid(),
    requestId: ids.uuid(),
    source: 'api',
    region: own.region,
    sourceIp,
    ...(userAgent !== undefined && { userAgent }),
    eventSource: endpointSource,
    eventName: eventNameOf(endpoint),
    readOnly: endpoint.readOnly,
    category: 'Management',
    requestParameters: Object.fromEntries(query),
    copies: [{ eventId: ids.uuid(), account, userIdentity: recordIdentity(principal) }],
  }
}

/** `/_cairn/v1/import` → `Import`, `/_cairn/v1/clock/advance` → `ClockAdvance`. */
function eventNameOf({ path }: Endpoint): string {
  const words = path.split(/[/-]/).slice(3)
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
}
