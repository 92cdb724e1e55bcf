import { hash } from 'node:crypto'
import type { HeaderMap, QueryParameter } from './request-head.ts'
import { algorithm, type CredentialScope, scopeText } from './scope.ts'
import { encodePath, recode } from './uri-encoding.ts'

/*
 * CanonicalRequest = Method LF Path LF Query LF (name ":" value LF)* LF SignedHeaders LF PayloadHash
 * StringToSign     = "AWS4-HMAC-SHA256" LF Timestamp LF Scope LF Hex(SHA256(CanonicalRequest))
 */

export interface CanonicalParts {
  readonly method: string
  /** As on the wire. */
  readonly path: string
  readonly query: readonly QueryParameter[]
  readonly headers: HeaderMap
  /** In the order they were signed. */
  readonly signedHeaders: readonly string[]
  readonly payloadHash: string
  readonly service: string
}

/** Header values are bytes of the wire held as Latin-1, and so is the result. */
export function canonicalRequest(parts: CanonicalParts): string {
  let headers = ''
  for (const name of parts.signedHeaders) headers += `${name}:${parts.headers.get(name) ?? ''}\n`
  return `${parts.method}\n${canonicalPath(parts.path, parts.service)}\n${canonicalQuery(parts.query)}\n${headers}\n${parts.signedHeaders.join(';')}\n${parts.payloadHash}`
}

/** What the signature is made over. */
export function stringToSign(canonical: string, timestamp: string, scope: CredentialScope): string {
  return `${algorithm}\n${timestamp}\n${scopeText(scope)}\n${hash('sha256', Buffer.from(canonical, 'latin1'), 'hex')}`
}

/**
 * S3 signs the path as its bytes, encoded once and left alone, because `a//b` and `a/../b` are names of objects.
 * All other services fold dots and empty segments away and encode what was on the wire a second time.
 */
export function canonicalPath(path: string, service: string): string {
  if (path === '' || path === '/') return '/'
  return service === 's3' ? recode(path, 's3-path') : encodePath(normalisePath(path))
}

function normalisePath(path: string): string {
  if (!path.includes('//') && !path.includes('/.')) return path
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  const tail = segments.length > 0 && path.endsWith('/') ? '/' : ''
  return `/${segments.join('/')}${tail}`
}

/** Sorted by name, then by value, over the encoded bytes; never the signature itself. */
function canonicalQuery(query: readonly QueryParameter[]): string {
  if (query.length === 0) return ''
  const sorted = query.length === 1 ? query : query.toSorted(compareParameters)
  let text = ''
  for (const { name, value } of sorted) {
    if (name !== 'X-Amz-Signature') text += `${text === '' ? '' : '&'}${name}=${value}`
  }
  return text
}

function compareParameters(left: QueryParameter, right: QueryParameter): number {
  if (left.name !== right.name) return left.name < right.name ? -1 : 1
  if (left.value === right.value) return 0
  return left.value < right.value ? -1 : 1
}
