import type { CapturedCall, ProxyFacts } from '@cairn/server'
import type { SeenCall } from './seen-call.ts'
import { whyUnreached } from './why-unreached.ts'

/** What a session has seen so far. */
export interface SessionFacts {
  /** In the order in which they ended. */
  readonly calls: readonly SeenCall[]
  /** Calls beyond those that are kept in memory; recorded like the others. */
  readonly callsBeyond: number
  readonly proxy: readonly ProxyFact[]
  /** What was said by `--resolve` and led nobody anywhere. */
  readonly idlePlaces: readonly string[]
}

export interface ProxyFact {
  readonly kind: keyof ProxyFacts
  readonly host: string
  /** An alert, a sentence on why it was not reached, a protocol. */
  readonly detail: string
  count: number
}

/** A report on more calls than this says nothing that one on these does not. A call takes about a kilobyte. */
const callsMax = 100_000
/** Different facts of connections, hosts times ways to fail. */
const factsMax = 1_000
/**
 * Keeps what a session sees. Parameters only where contracts compare them: they can be large. `places`: the keys of
 * `--resolve`.
 */
export function createFacts(keepsParameters: boolean, places: Iterable<string>) {
  const idle = new Set(places)
  const calls: SeenCall[] = []
  const proxy = new Map<string, ProxyFact>()
  let callsBeyond = 0
  const note = (kind: ProxyFact['kind'], host: string, detail: string) => {
    const key = `${kind} ${host} ${detail}`
    const known = proxy.get(key)
    if (known) known.count += 1
    else if (proxy.size < factsMax) proxy.set(key, { kind, host, detail, count: 1 })
  }
  const telemetry: ProxyFacts = {
    distrusted: ({ host, alert }) => note('distrusted', host, alert),
    tunnelled: ({ host, port }) => note('tunnelled', host, String(port)),
    unreached: (fact) => note('unreached', fact.host, whyUnreached(fact)),
    refused: ({ reason }) => note('refused', '', reason),
    upgraded: ({ host, protocol }) => note('upgraded', host, protocol),
  }
  const facts: SessionFacts = {
    calls,
    get callsBeyond() {
      return callsBeyond
    },
    get proxy() {
      return [...proxy.values()]
    },
    get idlePlaces() {
      return [...idle]
    },
  }
  const onCall = (captured: CapturedCall) => {
    if (calls.length < callsMax) calls.push(seenCall(captured, keepsParameters))
    else callsBeyond += 1
  }
  const onPlaced = (pattern: string) => void idle.delete(pattern)
  return { facts, onCall, onPlaced, telemetry }
}

function seenCall(captured: CapturedCall, keepsParameters: boolean): SeenCall {
  const { call, caller, region, errorCode, startedAtMs, elapsedMs, mark, needs } = captured
  const { arn, accountId, accessKeyId } = caller.userIdentity
  const known = [arn, caller.accessKeyId ?? accessKeyId, accountId].find((name) => typeof name === 'string')
  const resource = call.resources.find(({ ARN }) => ARN !== undefined)?.ARN
  return {
    service: call.service,
    operation: call.operation ?? call.eventName,
    readOnly: call.readOnly,
    region,
    parameters: keepsParameters ? call.requestParameters : null,
    identity: typeof known === 'string' ? known : 'unsigned',
    startedAtMs,
    elapsedMs,
    ...(errorCode !== undefined && { error: errorCode }),
    ...(mark !== undefined && { mark }),
    ...(needs && { needs }),
    ...(resource !== undefined && { resource }),
  }
}
