import type { RequestHead } from '@cairn/aws-kit/sigv4'

/** A request that came in to be carried upstream; the listener's own requests are of this shape. */
export interface InboundRequest {
  /** Exactly as on the wire. */
  readonly head: RequestHead
  /** Lower-case names; several values of one name joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: InboundBody
  readonly remoteAddress: string
  readonly tls?: { readonly version: string; readonly cipher: string }
  /** Aborted when the client goes away before the answer is out. */
  readonly signal: AbortSignal
}

/** Read once, one way or the other. Nothing is asked for (`100 Continue`) before it is read. */
export interface InboundBody {
  /** Bytes read so far, framing included. */
  readonly bytesRead: number
  collect(bounds: { readonly bytesMax: number; readonly timeoutMs: number }): Promise<Uint8Array>
  stream(bounds: { readonly bytesMax: number; readonly idleMs: number }): AsyncIterable<Uint8Array>
}

/** What goes back to the client. A body that throws breaks the connection off, so that nobody takes it for whole. */
export interface CarriedAnswer {
  readonly status: number
  /** As the upstream spelled them, but for `content-length`, which is in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
}

export const emptyBody = new Uint8Array(0)
