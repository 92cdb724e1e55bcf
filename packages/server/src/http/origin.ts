import { isIP } from 'node:net'
import type { RequestHead } from '@cairn/aws-kit/sigv4'
import { failure } from './api-error.ts'

/**
 * Refuses requests a web page could have caused: a foreign `Origin`, or a `Host` name that is not ours (DNS
 * rebinding makes an attacker's name point at loopback; IP literals and `localhost` cannot be rebound).
 *
 * @throws ApiError `access-denied`, status 403
 */
export function checkOrigin(headers: Readonly<Record<string, string>>, trustedHosts: readonly string[]): void {
  const host = hostName(headers.host ?? '')
  if (!isOurs(host, trustedHosts)) {
    throw failure('access-denied', `This server does not answer for the host name '${host.slice(0, 100)}'.`, {
      status: 403,
    })
  }
  const { origin } = headers
  if (origin !== undefined && origin !== `http://${headers.host}` && origin !== `https://${headers.host}`) {
    throw failure('access-denied', 'Requests from web pages of other origins are not answered.', { status: 403 })
  }
}

function isOurs(host: string, trustedHosts: readonly string[]): boolean {
  if (isIP(host) !== 0) return true
  return ['localhost', '*.localhost', ...trustedHosts].some((ours) =>
    ours.startsWith('*.') ? host.endsWith(ours.slice(1).toLowerCase()) : host === ours.toLowerCase(),
  )
}

/** The `Host` header without its port and brackets, in lower case. */
function hostName(host: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(host)
  return (bracketed?.[1] ?? host.replace(/:\d+$/, '')).toLowerCase()
}

/** @throws ApiError `head-too-large` */
export function checkHeaderCount({ headers }: Pick<RequestHead, 'headers'>, headersMax: number): void {
  if (headers.length / 2 <= headersMax) return
  throw failure('head-too-large', 'Your request header and query-string parameters exceed the maximum allowed size.')
}
