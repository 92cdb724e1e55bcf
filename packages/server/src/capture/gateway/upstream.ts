import type { Credentials } from '@cairn/aws-kit/sigv4'
import { createTransport, systemTrust, type Transport } from '../exchange/index.ts'

/** A server behind the gateway, as configured. */
export interface UpstreamOptions {
  /**
   * Names in signatures' scopes (`dynamodb`, `monitoring`) or of APIs (`cloudwatch`); `*` for whatever nobody else
   * serves.
   */
  readonly services: readonly string[]
  /** `http://127.0.0.1:7070`; nothing behind the port. */
  readonly endpoint: string
  readonly signing:
    | { readonly mode: 'pass' | 'anonymous' }
    | { readonly mode: 'resign'; readonly credentials: () => Promise<Credentials> }
  /** Region the upstream wants in signatures; the caller's when absent. */
  readonly region?: string
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string
  /** A port of its own, on which everything goes to this upstream. */
  readonly port?: number
}

export interface GatewayUpstream {
  readonly name: string
  readonly options: UpstreamOptions
  /** `http://127.0.0.1:7070` */
  readonly origin: string
  /** As the upstream is to be addressed where the caller's `Host` is not signed. */
  readonly host: string
  readonly transport: Transport
}

/** A machine far away on a bad day; nearer ones answer or refuse at once. */
const connectTimeoutMs = 5_000
/** As many calls at once as a busy store answers; more wait in line. */
const connectionsMax = 256

export function openUpstream(
  options: UpstreamOptions,
  { answerTimeoutMs }: { readonly answerTimeoutMs: number },
): GatewayUpstream {
  const url = new URL(options.endpoint)
  return {
    name: options.services.join(','),
    options,
    origin: url.origin,
    host: url.host,
    transport: createTransport({
      connectTimeoutMs,
      answerTimeoutMs,
      idleTimeoutMs: answerTimeoutMs,
      connectionsMax,
      ...(url.protocol === 'https:' && { ca: options.ca ?? systemTrust() }),
    }),
  }
}
