import { decodeLeniently, type HeaderMap, type QueryParameter } from './request-head.ts'
import { SigV4Error } from './sigv4-error.ts'

/** What `X-Amz-` parameters say of the signature itself. */
const signatureNames = new Set(
  ['algorithm', 'content-sha256', 'credential', 'date', 'expires', 'security-token', 'signature', 'signedheaders'].map(
    (name) => `x-amz-${name}`,
  ),
)

/** Headers beyond `x-amz-` ones that boto3 moves. */
const movable = new Set(['content-md5', 'content-type'])

/**
 * Headers that a presigned address has in its query: the JavaScript SDK moves all `x-amz-` headers there, so that
 * whoever uses the address need not know them, and S3 takes them as headers. An `x-amz-` header of the same name would
 * leave open which of the two counts.
 *
 * @throws SigV4Error `authorization-incomplete`
 */
export function readMovedHeaders(query: readonly QueryParameter[], headers: HeaderMap): HeaderMap {
  const moved = new Map<string, string>()
  for (const { name: written, value } of query) {
    const name = written.toLowerCase()
    if (movable.has(name) && !headers.has(name)) moved.set(name, asHeader(value))
    if (!name.startsWith('x-amz-') || signatureNames.has(name)) continue
    if (moved.has(name) || headers.has(name)) {
      throw new SigV4Error('authorization-incomplete', { missing: name }, { presigned: true })
    }
    moved.set(name, asHeader(value))
  }
  return moved
}

/** Bytes of the wire as Latin-1, as headers are held. */
function asHeader(value: string): string {
  return Buffer.from(decodeLeniently(value), 'utf8').toString('latin1')
}
