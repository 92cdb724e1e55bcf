import { serviceNames } from '@cairn/aws-kit/model'
import type { HttpAnswer, HttpRequest } from '../../http-message.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Exchanges, IdentifyCaller, Passage } from '../exchange/index.ts'
import { type AccessQuestion, accessQuestions } from './access-questions.ts'
import { anonymousPassage } from './anonymous.ts'
import { type BucketSidesTelemetry, checkBucketSides } from './bucket-sides.ts'
import { copiesAcross, refusingCopies } from './copy-sides.ts'
import { keptCredentials } from './kept-credentials.ts'
import { type KeyRefused, keyRefusedHint, type SigningMode } from './key-refused.ts'
import { requireOneMeaning } from './one-meaning.ts'
import { passThrough } from './pass.ts'
import { resigned, type VerifiedHead } from './resign.ts'
import { createRoute } from './route.ts'
import { type GatewayUpstream, openUpstream, type UpstreamOptions } from './upstream.ts'

/** Cairn in front of other services: what is not its own is carried to the upstream named for it. */
export interface Gateway {
  /** The answer of a request that is an upstream's; `undefined` for Cairn's own. */
  carry(request: HttpRequest): Promise<HttpAnswer> | undefined
  /** Upstreams with a port of their own: everything that arrives there is theirs. */
  readonly endpoints: readonly GatewayEndpoint[]
  /** @throws Fault `gateway.bucket-on-both-sides` */
  checkBuckets(): Promise<void>
  /** Writes what is owed about calls without a record and cuts the connections to upstreams. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface GatewayEndpoint {
  readonly upstream: string
  readonly port: number
  carry(request: HttpRequest): Promise<HttpAnswer>
}

export interface GatewayTelemetry extends BucketSidesTelemetry {
  keyRefused(facts: {
    readonly upstream: string
    readonly mode: SigningMode
    readonly accessKeyId: string | undefined
    readonly code: string
    readonly hint: string
  }): void
}

export interface GatewayOptions {
  readonly upstreams: readonly UpstreamOptions[]
  readonly exchanges: Exchanges
  readonly identify: IdentifyCaller
  /** Limits of the listener. @throws what the exchanges' `describeError` knows; so do the next two */
  readonly admit: (request: HttpRequest) => void
  readonly verify: (request: HttpRequest) => VerifiedHead
  readonly requireAccess: (question: AccessQuestion, caller: VerifiedHead, request: HttpRequest) => void
  /** Names of buckets that are Cairn's, now. */
  readonly ownBuckets: () => readonly string[]
  readonly isOwnBucket: (name: string) => boolean
  /** Signatures are made and held against it. */
  readonly machineClock: Clock
  readonly account: string
  readonly region: string
  readonly partition: string
  readonly answerTimeoutMs: number
  readonly bodyTimeoutMs: number
  readonly streamIdleMs: number
  readonly telemetry: GatewayTelemetry
}

/** The largest whole request of a service that streams none: DynamoDB's batches. */
const wholeBodyMax = 16 * 1024 * 1024

export function createGateway(options: GatewayOptions): Gateway {
  const { exchanges, telemetry } = options
  const upstreams = options.upstreams.map((one) => openUpstream(one, options))
  const passages = new Map(upstreams.map((upstream) => [upstream, passageOf(upstream, options)]))
  const route = createRoute({ upstreams, ownServices: new Set(serviceNames), isOwnBucket: options.isOwnBucket })

  const store = upstreams.find(({ options: { services } }) => services.includes('s3'))
  const copies = store && refusingCopies(passageOf(store, options), options.admit)

  function carryTo(upstream: GatewayUpstream): (request: HttpRequest) => Promise<HttpAnswer> {
    const passage = passages.get(upstream) ?? passageOf(upstream, options)
    return (request) => exchanges.carry(request, passage)
  }

  return {
    carry(request) {
      if (copies && copiesAcross(request, options.isOwnBucket)) return exchanges.carry(request, copies)
      const upstream = route(request)
      return upstream && carryTo(upstream)(request)
    },
    endpoints: upstreams.flatMap((upstream) => {
      const { port } = upstream.options
      return port === undefined ? [] : [{ upstream: upstream.name, port, carry: carryTo(upstream) }]
    }),
    async checkBuckets() {
      if (store === undefined) return
      const { machineClock: clock, region } = options
      await checkBucketSides(store, options.ownBuckets(), { clock, region, telemetry })
    },
    async [Symbol.asyncDispose]() {
      await exchanges.settle()
      await Promise.all(upstreams.map((upstream) => upstream.transport[Symbol.asyncDispose]()))
    },
  }
}

function passageOf(upstream: GatewayUpstream, options: GatewayOptions): Passage {
  const { signing } = upstream.options
  const keyRefused: KeyRefused = (name, mode, facts) => {
    const hint = keyRefusedHint(name, mode, facts.code)
    options.telemetry.keyRefused({ upstream: name, mode, ...facts, hint })
    return hint
  }
  switch (signing.mode) {
    case 'pass':
      return passThrough(upstream, { ...options, keyRefused })
    case 'anonymous':
      return anonymousPassage(upstream, { ...options, keyRefused })
    case 'resign':
      return resigned(upstream, keptCredentials(signing.credentials, options.machineClock), {
        ...options,
        wholeBodyMax,
        keyRefused,
        requireAccess(call, caller, request, head) {
          const questions = accessQuestions(call, request, options.partition)
          requireOneMeaning(request, call, head)
          for (const question of questions) options.requireAccess(question, caller, request)
        },
      })
  }
}
