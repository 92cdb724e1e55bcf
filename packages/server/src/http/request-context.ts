import type { Exchange } from './exchange.ts'

/** Who asks, from where and when. */
export type Asker = Pick<Exchange, 'principal' | 'request' | 'receivedAtMs' | 'region'>

/**
 * What policies are told of a request and of the network it came by.
 *
 * @source IAM User Guide, AWS global condition context keys, properties of the request and of the network
 */
export function requestContext({ request, receivedAtMs, region }: Asker): Readonly<Record<string, string>> {
  const userAgent = request.headers['user-agent']
  const referer = request.headers.referer
  return {
    'aws:CurrentTime': new Date(receivedAtMs).toISOString(),
    'aws:EpochTime': String(Math.floor(receivedAtMs / 1000)),
    'aws:RequestedRegion': region,
    'aws:SecureTransport': String(request.tls !== undefined),
    'aws:SourceIp': request.remoteAddress,
    'aws:ViaAWSService': 'false',
    ...(userAgent !== undefined && { 'aws:UserAgent': userAgent }),
    ...(referer !== undefined && { 'aws:Referer': referer }),
  }
}
