import type { HttpRequest } from '../../http-message.ts'
import type { EventSource } from '../../ports/event-log.ts'
import type { NamedCall } from '../naming/index.ts'
import type { BodyHead } from './body-head.ts'
import type { Caller } from './caller.ts'
import type { Transport, UpstreamRequest } from './transport.ts'

/** Where a request goes and how it is taken over. One for each way of an upstream; holds nothing of a request. */
export interface Passage {
  readonly source: Extract<EventSource, 'gateway' | 'proxy'>
  /** How the log and answers call the upstream. */
  readonly upstream: string
  readonly transport: Transport
  /**
   * Looks at the head of a request, and verifies it where that is done here. Nothing is sent yet.
   *
   * @throws what `describeError` puts into words; the call is recorded as refused
   */
  open(request: HttpRequest): Promise<OpenedRequest>
  /** The upstream said that it does not know the key or signature: to be told to whoever set it up. */
  keyRefused?(facts: { readonly accessKeyId: string | undefined; readonly code: string }): string | undefined
  /** Told of each call as it ends, whatever its end, before its record is written. */
  completed?(call: CompletedCall): void
}

/** A call that has ended. */
export interface CompletedCall {
  readonly call: NamedCall
  readonly caller: Caller
  readonly region: string
  /** As the record spells it. */
  readonly errorCode?: string
  /** Epoch milliseconds. */
  readonly startedAtMs: number
  readonly elapsedMs: number
}

export interface OpenedRequest {
  /**
   * The body as it arrived, or already here. A stream that throws is a refusal: the upstream's request is cut before
   * its last byte.
   */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
  /** False for bodies that tell nothing of the call: large objects, framed chunks. They are sent on unread. */
  readonly readsHead: boolean
  /** The request with what it says in other places than most; as it came when absent. It is named and recorded by this. */
  readonly meant?: HttpRequest
  /** Who calls; asked when the head of the body is here. */
  caller(head: BodyHead): Caller
  /** @throws what `describeError` puts into words when the caller may not do this */
  permit?(call: NamedCall, head: BodyHead): void
  /** The request as it goes upstream, with a body made of `body`. */
  outgoing(body: BodyHead['body']): Outgoing
}

export type Outgoing = Pick<UpstreamRequest, 'origin' | 'method' | 'target' | 'headers' | 'body'>
