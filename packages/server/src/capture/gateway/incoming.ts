import { addHeader, emptyHeaders, type HttpRequest } from '../../http-message.ts'
import { endToEnd, headBytesMax } from '../exchange/index.ts'

/** Whether the beginning of the body says what the call is: not for large objects, nor for framed chunks. */
export function readsHead({ headers }: HttpRequest, service: string | undefined): boolean {
  if (isFramed(headers)) return false
  const isLarge = Number(headers['content-length'] ?? 0) > headBytesMax || headers.expect !== undefined
  // Of other services' calls the body says what they are; S3's say it in their address.
  return !(service === 's3' && (isLarge || headers['transfer-encoding'] !== undefined))
}

function isFramed(headers: HttpRequest['headers']): boolean {
  return headers['x-amz-content-sha256']?.startsWith('STREAMING-') === true
}

/** The body: whole when it is short and will be looked at, else not asked for before it is read. */
export async function incomingBody(
  request: HttpRequest,
  looksAtIt: boolean,
  { bodyTimeoutMs, streamIdleMs }: { readonly bodyTimeoutMs: number; readonly streamIdleMs: number },
): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (encoding === undefined && (length === undefined || /^0+$/.test(length))) return nothing
  if (looksAtIt && encoding === undefined && Number(length) <= headBytesMax) {
    return request.body.collect({ bytesMax: headBytesMax, timeoutMs: bodyTimeoutMs })
  }
  return request.body.stream({ bytesMax: Number.POSITIVE_INFINITY, idleMs: streamIdleMs })
}

const nothing = new Uint8Array(0)

/** Path and query as they came. */
export function targetOf({ head }: HttpRequest): string {
  return head.query === '' ? head.path : `${head.path}?${head.query}`
}

/** What an outgoing request keeps of the headers when its signature goes: all but what is signed for or addressed anew. */
export function unsignedHeaders({ head }: HttpRequest): Record<string, string> {
  const kept = endToEnd(head.headers)
  const headers = emptyHeaders()
  for (let index = 0; index < kept.length; index += 2) {
    const name = (kept[index] ?? '').toLowerCase()
    if (replaced.has(name)) continue
    addHeader(headers, name, kept[index + 1] ?? '')
  }
  return headers
}

const replaced: ReadonlySet<string> = new Set([
  'authorization',
  'host',
  // What was judged by its method must not be done as another.
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
])

/** Headers of an upload whose `aws-chunked` framing was taken off. */
export function withoutFraming(headers: Readonly<Record<string, string>>, bytes: number): Record<string, string> {
  const {
    'x-amz-decoded-content-length': _length,
    'x-amz-trailer': _trailer,
    'content-encoding': encoding = '',
    ...rest
  } = headers
  const left = encoding.split(',').filter((part) => part.trim() !== 'aws-chunked' && part.trim() !== '')
  return { ...rest, 'content-length': String(bytes), ...(left.length > 0 && { 'content-encoding': left.join(',') }) }
}

/** The query without a presigned address's signature and what is `moved` to the headers; the rest byte for byte. */
export function unsignedQuery(query: string, moved?: ReadonlyMap<string, string>): string {
  if (!query.includes('X-Amz-') && !query.includes('AWSAccessKeyId=')) return query
  return query
    .split('&')
    .filter((part) => !signatureParameter.test(part) && !moved?.has(nameOf(part)))
    .join('&')
}

function nameOf(part: string): string {
  return (new URLSearchParams(part).keys().next().value ?? '').toLowerCase()
}

const signatureParameter =
  /^(X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token|Content-Sha256)|x-amz-security-token|AWSAccessKeyId|Signature|Expires)=/
