import type { RequestHead } from '@cairn/aws-kit/sigv4'

/** One HTTP request, free of sockets, so that the whole pipeline can be tested as request → answer. */
export interface HttpRequest {
  /** Exactly as on the wire: what signatures are checked against. */
  readonly head: RequestHead
  /** Lower-case names; several values of one name joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array>
  readonly remoteAddress: string
  readonly tls?: { readonly version: string; readonly cipher: string }
  /** Aborted when the client goes away before the answer is out. */
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A stream that throws ends the connection without a proper end, so that no client takes it for whole. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpAnswer>

/** Hands `body` on, but its last chunk only after `beforeEnd` is done; when that fails, the stream breaks off. */
export async function* holdLast(
  body: AsyncIterable<Uint8Array>,
  beforeEnd: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | undefined
  try {
    for await (const chunk of body) {
      if (held) yield held
      held = chunk
    }
  } finally {
    // A stream that broke off, or whose reader left, was a call all the same.
    await beforeEnd()
  }
  if (held) yield held
}
