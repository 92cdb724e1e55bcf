import { type InboundRequest, Refusal } from '../exchange/index.ts'
import type { NamedCall } from '../naming/index.ts'
import { addressedBucket } from './address.ts'

/**
 * Refuses addresses that an upstream may read differently from Cairn's IAM, now that Cairn vouches for what they mean:
 * `/mine/../yours/key` is an object of `mine` to S3 and one of `yours` to many a server that claims to be it.
 *
 * @throws Refusal
 */
export function requirePlainAddress(request: InboundRequest, call: NamedCall): void {
  const { 'x-amz-copy-source': copySource = '' } = request.headers
  if (!isPlain(request.head.path) || !isPlain(`/${copySource.replace(/^\//, '').split('?')[0] ?? ''}`))
    throw ambiguous()
  if (call.service !== 's3') return
  const bucket = addressedBucket(request)
  if (bucket !== undefined && !/^[A-Za-z0-9._-]{1,255}$/.test(bucket)) throw ambiguous()
  // What is sent and what is asked for are read from the request by different hands: they must have found the same.
  const named = call.resourceArns.map((arn) => /^arn:[^:]*:s3:::([^/]*)/.exec(arn)?.[1])
  if (named.some((name) => name !== bucket) || (bucket !== undefined && named.length === 0)) throw ambiguous()
}

/** No segment that means another one, encoded or not, and no empty first one. */
function isPlain(path: string): boolean {
  if (path.startsWith('//')) return false
  const decoded = path.replace(/%2e/gi, '.').replace(/%2f/gi, '/').replace(/%5c/gi, '\\')
  return !decoded.split(/[/\\]/).some((segment) => segment === '.' || segment === '..')
}

function ambiguous(): Refusal {
  const message = 'The address of the request can be read in more than one way. With sign=resign such calls are denied.'
  return new Refusal({ failure: 'access-denied' }, message, 403)
}
