import { selectService } from '@cairn/aws-kit/protocol'
import type { HttpRequest } from '../../http-message.ts'
import { readClaim } from '../exchange/index.ts'
import { nameCall } from '../naming/index.ts'
import { addressedBucket } from './address.ts'
import type { GatewayUpstream } from './upstream.ts'

/** Finds the upstream of a request at the shared endpoint; `undefined`: it is Cairn's own. */
export type Route = (request: HttpRequest) => GatewayUpstream | undefined

export interface RouteOptions {
  readonly upstreams: readonly GatewayUpstream[]
  /** Services Cairn has operations of. */
  readonly ownServices: ReadonlySet<string>
  readonly isOwnBucket: (name: string) => boolean
}

/** Never given away at the shared endpoint, whatever is configured: the trail itself, and who may do what. */
const keptServices: ReadonlySet<string> = new Set(['cloudtrail', 'cloudtrail-data', 'iam', 'sts', 'cairn'])

export function createRoute({ upstreams, ownServices, isOwnBucket }: RouteOptions): Route {
  // The usual installation, whose calls are all its own, pays nothing.
  if (upstreams.length === 0) return () => undefined
  const byService = new Map(upstreams.flatMap((one) => one.options.services.map((service) => [service, one] as const)))
  const forOthers = byService.get('*')

  function upstreamFor(service: string): GatewayUpstream | undefined {
    if (keptServices.has(service)) return undefined
    return byService.get(service) ?? (ownServices.has(service) ? undefined : forOthers)
  }

  return (request) => {
    const service = serviceOf(request)
    const upstream = upstreamFor(service) ?? upstreamByName(request, service)
    if (upstream === undefined || service !== 's3') return upstream
    const bucket = addressedBucket(request)
    return bucket !== undefined && isOwnBucket(bucket) ? undefined : upstream
  }

  /** Upstreams may be configured by the API's name where signatures have another: `cloudwatch`, signed `monitoring`. */
  function upstreamByName(request: HttpRequest, service: string): GatewayUpstream | undefined {
    if (keptServices.has(service) || ownServices.has(service)) return undefined
    return upstreamFor(apiOf(request))
  }
}

/** The scope of the signature, else what target, host and form say. All unproven: it only decides who is asked. */
function serviceOf(request: HttpRequest): string {
  const claimed = readClaim(request)?.service
  if (claimed !== undefined) return claimed
  if (request.headers['x-amz-target'] !== undefined) return apiOf(request)
  return selectService({ ...request.head, headers: request.headers }) ?? apiOf(request)
}

function apiOf(request: HttpRequest): string {
  const { method, path, query } = request.head
  const claim = readClaim(request)
  const { service } = nameCall(
    {
      method,
      host: request.headers.host ?? '',
      target: query === '' ? path : `${path}?${query}`,
      headers: request.headers,
      bodyHead: new Uint8Array(0),
      bodyIsWhole: false,
      ...(claim?.service !== undefined && { signing: { service: claim.service, region: claim.region ?? '' } }),
    },
    { account: '', region: claim?.region ?? '', partition: '' },
  )
  return service
}
