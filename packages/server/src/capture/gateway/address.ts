import { bucketOfHost } from '@cairn/aws-kit/protocol'
import type { HttpRequest } from '../../http-message.ts'

/** The bucket a request to S3 addresses, in its host or its path; `undefined` for the service itself. */
export function addressedBucket({ head, headers }: Pick<HttpRequest, 'head' | 'headers'>): string | undefined {
  const inHost = bucketOfHost(headers.host ?? '')
  if (inHost !== undefined) return inHost
  const segment = /^\/([^/]+)/.exec(head.path)?.[1]
  if (segment === undefined) return undefined
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** The path with its bucket in it, for an upstream that is addressed by a name of its own. */
export function pathStyle(
  { head, headers }: Pick<HttpRequest, 'head' | 'headers'>,
  service: string | undefined,
): string {
  const inHost = service === 's3' ? bucketOfHost(headers.host ?? '') : undefined
  return inHost === undefined ? head.path : `/${inHost}${head.path}`
}
