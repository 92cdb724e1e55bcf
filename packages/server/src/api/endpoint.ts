import type { Principal } from '../identity/index.ts'
import type { Capabilities } from './capabilities.ts'
import type { AccessRequest } from './operation.ts'

/**
 * One of Cairn's own endpoints under `/_cairn/v1/`: signed like an AWS call with service `cairn`, streaming both
 * ways. The command line calls the same function in process when no server runs.
 */
export interface EndpointRequest {
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array>
  readonly principal: Principal
  /** Ends the call as denied unless the caller's policies allow this. The operator may everything. */
  require(access: AccessRequest): void
  /** Aborted when the caller goes away: stop the work. */
  readonly signal: AbortSignal
}

export interface EndpointAnswer {
  readonly status: number
  /** `application/json`, or `application/x-ndjson` for streams of one JSON value a line. */
  readonly contentType: string
  readonly body: string | AsyncIterable<string | Uint8Array>
}

export interface Endpoint {
  readonly method: 'GET' | 'POST'
  /** `/_cairn/v1/<noun>[/<verb>]`. */
  readonly path: string
  readonly uses: readonly (keyof Capabilities)[]
  /** Who may call it. `caller`: any authenticated principal, the endpoint narrows to what it may read. */
  readonly access: 'open' | 'caller' | 'operator'
  /** Whether it changes nothing; said by its record. */
  readonly readOnly: boolean
  run(request: EndpointRequest, capabilities: Capabilities): Promise<EndpointAnswer> | EndpointAnswer
}

export function defineEndpoint<Uses extends keyof Capabilities>(spec: {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly uses: readonly Uses[]
  readonly access: 'open' | 'caller' | 'operator'
  readonly readOnly: boolean
  run(request: EndpointRequest, capabilities: Pick<Capabilities, Uses>): Promise<EndpointAnswer> | EndpointAnswer
}): Endpoint {
  return spec
}
