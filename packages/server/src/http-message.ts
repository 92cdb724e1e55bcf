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

/**
 * Read once, one way or the other. Both fail with an ApiError that says what the sender did wrong. Nothing is asked for
 * (`100 Continue`) before it is read.
 */
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
 * Headers by name. Made by a constructor, an object without prototype is as quick as any other; `Object.create(null)`
 * makes a slow one.
 */
class HeaderRecord {
  [name: string]: string
}
Object.setPrototypeOf(HeaderRecord.prototype, null)
Reflect.deleteProperty(HeaderRecord.prototype, 'constructor')

/** A name may be anything a client sends: nothing is inherited. */
export function emptyHeaders(): Record<string, string> {
  return new HeaderRecord()
}

/** Adds a header; of a name that comes twice the values are joined by `, `. */
export function addHeader(headers: Record<string, string>, name: string, value: string): void {
  const earlier = headers[name]
  headers[name] = earlier === undefined ? value : `${earlier}, ${value}`
}

/** Lower-case name → value of name, value, name, value … */
export function joinedHeaders(raw: readonly string[]): Record<string, string> {
  const headers = emptyHeaders()
  for (let index = 0; index + 1 < raw.length; index += 2) {
    addHeader(headers, (raw[index] as string).toLowerCase(), raw[index + 1] as string)
  }
  return headers
}

/** The request with more headers; none of them is there already. */
export function withHeaders(request: HttpRequest, more: ReadonlyMap<string, string>): HttpRequest {
  const headers = Object.assign(emptyHeaders(), request.headers)
  for (const [name, value] of more) headers[name] = value
  return { ...request, headers }
}
