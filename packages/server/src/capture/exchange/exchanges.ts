import type { HttpAnswer, HttpRequest } from '../../http-message.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ids } from '../../ports/ids.ts'
import { type NamedCall, nameCall } from '../naming/index.ts'
import { type AuditRule, compileAuditRules } from './audit-rules.ts'
import { type BodyHead, createHeadBudget, emptyBody, headBytesMax, readHead, unreadHead } from './body-head.ts'
import { type CarriedCall, carriedFacts } from './call-facts.ts'
import { unknownCaller } from './caller.ts'
import { type Claim, readClaim } from './claim.ts'
import { createEndings, type ExchangeTelemetry } from './endings.ts'
import { createHandBack } from './hand-back.ts'
import type { Journal } from './journal.ts'
import type { Outgoing, Passage } from './passage.ts'
import { requirePlain } from './plain-request.ts'
import type { DescribeError } from './refusal.ts'
import { type SenderBody, senderBody } from './sender-body.ts'
import { upstreamFailure } from './upstream-failure.ts'

/** Carries calls to upstreams, each with its record around it. Used by the gateway and by the forward proxy. */
export interface Exchanges {
  /**
   * Carries one request: named, judged, announced when it changes something, sent, answered, recorded. The answer, or
   * the last bytes of one that streams, waits for the record. Never rejects: what goes wrong is an answer too.
   */
  carry(request: HttpRequest, passage: Passage): Promise<HttpAnswer>
  /** Writes what is owed about calls without a record; for the end of the process. */
  settle(): Promise<void>
}

export interface ExchangeOptions {
  readonly journal: Journal
  readonly clock: Clock
  readonly ids: Ids
  readonly catalogVersion: () => number
  /** The installation's own: for callers nobody knows. */
  readonly account: string
  readonly region: string
  readonly partition: string
  readonly rules: readonly AuditRule[]
  readonly describeError: DescribeError
  readonly telemetry: ExchangeTelemetry
}

/** Heads of a thousand calls with large bodies at once, or of ten thousand usual ones. */
const headsBytesMax = 128 * 1024 * 1024

/** Stands for the name of a call that was refused before it was looked at: it is named then, once, by its head. */
const unnamed: NamedCall = {
  service: 'unknown',
  eventSource: 'unknown.amazonaws.com',
  eventName: 'Unknown',
  readOnly: false,
  category: 'Management',
  actions: [],
  resources: [],
  resourceArns: [],
  requestParameters: null,
  protocol: 'unknown',
  certainty: 'unknown',
}

export function createExchanges(options: ExchangeOptions): Exchanges {
  const { journal, clock, ids } = options
  const levelOf = compileAuditRules(options.rules)
  const budget = createHeadBudget(headsBytesMax)
  const endings = createEndings(options)
  const handBack = createHandBack({ endings, budget, clock, account: options.account })

  function named({ request, region, caller }: CarriedCall, claim: Claim | undefined, head?: BodyHead): NamedCall {
    const { method, path, query } = request.head
    return nameCall(
      {
        method,
        host: request.headers.host ?? '',
        target: query === '' ? path : `${path}?${query}`,
        headers: request.headers,
        bodyHead: head?.bytes ?? emptyBody,
        bodyIsWhole: head?.isWhole ?? false,
        ...(claim?.service !== undefined && { signing: { service: claim.service, region } }),
      },
      { account: caller.account, region, partition: options.partition },
    )
  }

  function begin(request: HttpRequest, passage: Passage, claim: Claim | undefined): CarriedCall {
    return {
      callId: ids.uuid(),
      eventId: ids.uuid(),
      requestId: ids.uuid(),
      region: claim?.region ?? options.region,
      request,
      passage,
      startedAtMs: clock.nowMs(),
      versionBefore: options.catalogVersion(),
      call: unnamed,
      caller: unknownCaller(options.account, claim?.accessKeyId),
      level: 'full',
      announced: false,
    }
  }

  /** Finds out what is called and by whom, and announces it. @throws what ends the call here */
  async function open(carried: CarriedCall, claim: Claim | undefined) {
    const { request, passage } = carried
    requirePlain(request)
    const opened = await passage.open(request)
    const head = opened.readsHead ? await readHead(opened.body, headBytesMax, budget) : unreadHead(opened.body)
    try {
      carried.request = opened.meant ?? request
      carried.caller = opened.caller(head)
      carried.call = named(carried, claim, head)
      carried.level = levelOf(carried.call, carried.caller)
      opened.permit?.(carried.call, head)
      const outgoing = opened.outgoing(head.body)
      if (!carried.call.readOnly && carried.level !== 'none') {
        carried.announced = await journal.announce(carriedFacts(carried))
      }
      return { outgoing, sender: senderBody(outgoing.body) }
    } finally {
      head.release()
    }
  }

  async function carry(request: HttpRequest, passage: Passage): Promise<HttpAnswer> {
    const claim = readClaim(request)
    const carried = begin(request, passage, claim)
    let ready: { readonly outgoing: Outgoing; readonly sender: SenderBody }
    try {
      ready = await open(carried, claim)
    } catch (error) {
      if (carried.call === unnamed) carried.call = named(carried, claim)
      return endings.refuse(carried, error)
    }
    try {
      const answer = await passage.transport.send({
        ...ready.outgoing,
        body: ready.sender.body,
        signal: request.signal,
      })
      return await handBack(carried, answer)
    } catch (error) {
      return endings.fail(carried, upstreamFailure(error, true), ready.sender.failure)
    }
  }

  return { carry, settle: () => journal.settle() }
}
