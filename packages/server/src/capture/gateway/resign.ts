import { hash } from 'node:crypto'
import {
  decodePayload,
  encodeChunks,
  encodedLength,
  type SignedRequest,
  type SigningKey,
  SigV4Error,
  signRequest,
} from '@cairn/aws-kit/sigv4'
import { type HttpRequest, withHeaders } from '../../http-message.ts'
import type { Principal } from '../../identity/index.ts'
import type { Clock } from '../../ports/clock.ts'
import {
  type BodyHead,
  knownCaller,
  type OpenedRequest,
  type Outgoing,
  type Passage,
  Refusal,
} from '../exchange/index.ts'
import type { NamedCall } from '../naming/index.ts'
import { pathStyle } from './address.ts'
import { heldUntilProven } from './held-body.ts'
import { incomingBody, readsHead, unsignedHeaders, unsignedQuery } from './incoming.ts'
import type { KeptCredentials } from './kept-credentials.ts'
import type { KeyRefused } from './key-refused.ts'
import type { GatewayUpstream } from './upstream.ts'

/** A caller of Cairn's own IAM, as its SigV4 stage sees him. */
export interface VerifiedHead {
  readonly principal: Principal
  readonly request: SignedRequest
  readonly key: SigningKey
  /** Holds the signature against the head and, where it covers it, the whole body. @throws SigV4Error */
  prove(body?: Uint8Array): void
}

export interface ResignOptions {
  readonly admit: (request: HttpRequest) => void
  /** @throws SigV4Error for a key Cairn does not know */
  readonly verify: (request: HttpRequest) => VerifiedHead
  /** Asks Cairn's IAM for everything the call needs. @throws what `describeError` knows */
  readonly requireAccess: (call: NamedCall, caller: VerifiedHead, request: HttpRequest, head: BodyHead) => void
  readonly keyRefused: KeyRefused
  readonly machineClock: Clock
  readonly account: string
  /** Of signatures made for callers whose own names none. */
  readonly region: string
  /** Largest body that is signed as a whole, as all services but S3 have it. */
  readonly wholeBodyMax: number
  readonly bodyTimeoutMs: number
  /** How long the sender of a longer one may stand still. */
  readonly streamIdleMs: number
}

/**
 * Verifies the caller, asks Cairn's IAM, and signs anew with the upstream's credentials, which no caller ever holds.
 * Nothing is buffered that its sender did not sign as a whole: an announced hash goes into the new signature, signed
 * chunks are verified one by one and framed in a new chain, trailers without signature pass.
 */
export function resigned(
  upstream: GatewayUpstream,
  credentials: () => Promise<KeptCredentials>,
  options: ResignOptions,
): Passage {
  return {
    source: 'gateway',
    upstream: upstream.name,
    transport: upstream.transport,
    keyRefused: (facts) => options.keyRefused(upstream.name, 'resign', facts),
    async open(request): Promise<OpenedRequest> {
      options.admit(request)
      requireSignable(request)
      const verified = options.verify(request)
      const { scope, moved } = verified.request
      const meant = moved ? withHeaders(request, moved) : request
      const looksAtBody = readsHead(request, scope.service)
      const body = await provenBody(request, verified, looksAtBody, options)
      const keys = await credentials()
      return {
        body,
        readsHead: looksAtBody || body instanceof Uint8Array,
        caller: () => knownCaller(verified.principal, options.account, true),
        meant,
        permit: (call, head) => options.requireAccess(call, verified, meant, head),
        outgoing: (sent) =>
          signedAnew(request, verified, sent, {
            upstream,
            keys,
            region: upstream.options.region ?? (scope.region || options.region),
            nowMs: options.machineClock.nowMs(),
          }),
      }
    },
  }
}

/**
 * Each event of such a stream is signed by itself in a frame of its own; saying that the signature is wrong would send
 * people looking at their keys.
 *
 * @throws Refusal
 */
function requireSignable({ headers }: HttpRequest): void {
  if (headers['x-amz-content-sha256'] !== 'STREAMING-AWS4-HMAC-SHA256-EVENTS') return
  const message = 'Signatures over event streams cannot be made anew. Set sign=pass for this upstream.'
  throw new Refusal('NotImplemented', message, 501)
}

/** The body as it arrives, its head proven; whole and proven where the signature covers it. */
async function provenBody(
  request: HttpRequest,
  verified: VerifiedHead,
  looksAtBody: boolean,
  options: ResignOptions,
): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  if (verified.request.payload.kind !== 'whole') {
    verified.prove()
    return incomingBody(request, looksAtBody, options)
  }
  const body = await request.body.collect({ bytesMax: options.wholeBodyMax, timeoutMs: options.bodyTimeoutMs })
  verified.prove(body)
  return body
}

function signedAnew(
  request: HttpRequest,
  { request: signed, key }: VerifiedHead,
  body: BodyHead['body'],
  {
    upstream,
    keys,
    region,
    nowMs,
  }: {
    readonly upstream: GatewayUpstream
    readonly keys: KeptCredentials
    readonly region: string
    readonly nowMs: number
  },
): Outgoing {
  const { payload, scope, moved } = signed
  // A signature in a header covers headers; servers take them out of the query of presigned addresses only.
  const headers = Object.assign(unsignedHeaders(request), moved && Object.fromEntries(moved))
  headers.host = upstream.host
  const trailers = trailersOf(headers)
  const isRechained = payload.kind === 'chunks' && payload.signed
  if (isRechained) headers['content-length'] = String(encodedLength(payload.decodedBytes, trailers))
  const path = pathStyle(request, scope.service)
  const query = unsignedQuery(request.head.query, moved)
  const anew = signRequest({
    method: request.head.method,
    path,
    query,
    headers,
    payload: signed.payloadHash ?? (body instanceof Uint8Array ? body : nothing),
    service: scope.service,
    region,
    credentials: keys.credentials,
    signingKeys: keys.signingKeys,
    nowMs,
  })
  return {
    origin: upstream.origin,
    method: request.head.method,
    target: query === '' ? path : `${path}?${query}`,
    headers: Object.entries(anew.headers).flat(),
    body: isRechained ? rechained() : proven(signed, body),
  }

  function rechained(): AsyncIterable<Uint8Array> {
    const content = decodePayload(signed, asStream(body), key)
    return encodeChunks(content, {
      chain: { ...anew, key: anew.signingKey },
      trailers,
      checksums: () => content.checksums,
    })
  }
}

const nothing = new Uint8Array(0)

/** The upstream holds the announced hash against the bytes too; but it is we who vouch for the caller. */
function proven(signed: SignedRequest, body: BodyHead['body']): BodyHead['body'] {
  const { payload } = signed
  if (payload.kind !== 'hash') return body
  if (!(body instanceof Uint8Array)) return heldUntilProven(decodePayload(signed, body))
  if (hash('sha256', body, 'hex') === payload.sha256) return body
  const claim = { presigned: signed.via === 'query', accessKeyId: signed.accessKeyId }
  throw new SigV4Error('payload-hash-mismatch', {}, claim)
}

async function* asStream(body: BodyHead['body']): AsyncGenerator<Uint8Array, void, void> {
  if (body instanceof Uint8Array) yield body
  else yield* body
}

function trailersOf(headers: Readonly<Record<string, string>>): readonly string[] {
  return (headers['x-amz-trailer'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}
