import type { HeaderMap } from './request-head.ts'
import { SigV4Error } from './sigv4-error.ts'

/** How the body is vouched for. */
export type Payload =
  /** Every service but S3: the signature covers the hash of the whole body, which is buffered anyway. */
  | { readonly kind: 'whole' }
  /** S3: the hash was announced; the body is checked against it while it streams. */
  | { readonly kind: 'hash'; readonly sha256: string }
  | { readonly kind: 'unsigned' }
  /** S3's `aws-chunked` framing; `decodedBytes` is what is left when the framing is taken off. */
  | {
      readonly kind: 'chunks'
      readonly signed: boolean
      readonly trailer: boolean
      readonly decodedBytes: number
    }

/** What the canonical request says of a body that is not hashed. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD'

const streamingForms: Readonly<Record<string, { readonly signed: boolean; readonly trailer: boolean }>> = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true, trailer: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true, trailer: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false, trailer: true },
}

/** S3 takes 5 GiB in one upload, and so do we: nothing larger can be announced. */
const decodedBytesMax = 5 * 1024 ** 3

/**
 * Reads `x-amz-content-sha256` of a request to S3.
 *
 * @throws SigV4Error `payload-hash-invalid`, `decoded-length-missing`
 */
export function readPayload(value: string, headers: HeaderMap): Payload {
  if (value === unsignedPayload) return { kind: 'unsigned' }
  if (/^[0-9a-f]{64}$/i.test(value)) return { kind: 'hash', sha256: value.toLowerCase() }
  const form = Object.hasOwn(streamingForms, value) ? streamingForms[value] : undefined
  if (form === undefined) throw new SigV4Error('payload-hash-invalid', { value: value.slice(0, 128) })
  return { kind: 'chunks', ...form, decodedBytes: readDecodedLength(headers) }
}

function readDecodedLength(headers: HeaderMap): number {
  const text = headers.get('x-amz-decoded-content-length') ?? ''
  const bytes = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN
  if (!(bytes <= decodedBytesMax)) throw new SigV4Error('decoded-length-missing')
  return bytes
}
