import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Target } from './target.ts'

/** A request whose target is an API of AWS, decrypted if it was encrypted. */
export interface ProxiedRequest {
  readonly target: Target
  readonly isTls: boolean
  /** The mark of its connection, e.g. the name of a test. */
  readonly mark?: string
}

/** Answers one call. Requests of a connection may overlap; the answers must keep their order. */
export type OnCall = (incoming: IncomingMessage, outgoing: ServerResponse, request: ProxiedRequest) => void

/** What happens on the way through, as facts. */
export interface ForwardProxyTelemetry {
  /** A client saw our certificate and left, saying why in a TLS alert or (`none`) not. */
  distrusted(fact: { readonly host: string; readonly alert: string }): void
  /** A connection was passed on without a look into it. */
  tunnelled(fact: { readonly host: string; readonly port: number }): void
  /** Nobody is there, or must not be reached. */
  unreached(fact: {
    readonly host: string
    readonly port: number
    readonly code: string
    readonly reason: string
    /** The proxy in front, if the way led there. */
    readonly through?: string
  }): void
  /** Somebody without the token, or something that is no proxy request. */
  refused(fact: { readonly reason: 'token' | 'malformed' }): void
  /** An intercepted connection changed to another protocol, so that what follows is not recorded. */
  upgraded(fact: { readonly host: string; readonly protocol: string }): void
}
