import type { RequestHead } from '@cairn/aws-kit/sigv4'

/** One HTTP request, free of sockets, so that the whole pipeline can be tested as request → answer. */
export interface HttpRequest {
  /** Exactly as on the wire: what signatures are checked against. */
  readonly head: RequestHead
  /** Lower-case names; several values of one name joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: RequestBody
  readonly remoteAddress: string
  readonly tls?: { readonly version: string; readonly cipher: string }
  /** Aborted when the client goes away before the answer is out. */
  readonly signal: AbortSignal
}

/** Read once, one way or the other. Both fail with an ApiError that says what the sender did wrong. */
export interface RequestBody {
  /** Bytes read so far, framing included. */
  readonly bytesRead: number
  /** The whole of a bounded body. */
  collect(bounds: { readonly bytesMax: number; readonly timeoutMs: number }): Promise<Uint8Array>
  /** Piece by piece; `idleMs` is how long the sender may stand still. */
  stream(bounds: { readonly bytesMax: number; readonly idleMs: number }): AsyncIterable<Uint8Array>
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A stream that throws ends the connection without a proper end, so that no client takes it for whole. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpAnswer>

/**
 * Hands `body` on, but its last chunk only after `beforeEnd` is done; when that fails, the stream breaks off.
 * `beforeEnd` runs once, whoever ends the iteration, and is told how many bytes went out.
 */
export async function* holdLast(
  body: AsyncIterable<Uint8Array>,
  beforeEnd: (bytesOut: number) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | undefined
  let bytesOut = 0
  let isWhole = false
  try {
    for await (const chunk of body) {
      if (held) {
        bytesOut += held.byteLength
        yield held
      }
      held = chunk
    }
    isWhole = true
  } finally {
    // A stream that broke off, or whose reader left, was a call all the same.
    await beforeEnd(bytesOut + (isWhole ? (held?.byteLength ?? 0) : 0))
  }
  if (held) yield held
}
