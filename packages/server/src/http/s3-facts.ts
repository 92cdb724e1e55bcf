import { hostId } from '@cairn/aws-kit/protocol'
import { readTimestamp } from '@cairn/aws-kit/sigv4'
import type { JsonObject } from '@cairn/core/record'
import type { Ids } from '../ports/ids.ts'
import type { Exchange } from './exchange.ts'

/** S3 numbers its requests by 16 upper-case hex digits. */
export function s3RequestId(ids: Ids): string {
  return Buffer.from(ids.bytes(8)).toString('hex').toUpperCase()
}

/**
 * What records of S3 say of how the call came, in the order they say it; what went out is known at the end and follows.
 * Unsigned requests have neither version nor method.
 */
export function s3EventData({ request, requestId }: Exchange): JsonObject {
  const { authorization } = request.headers
  const version = authorization === undefined ? presignedVersion(request.head.query) : 'SigV4'
  const announced = Number(request.headers['x-amz-decoded-content-length'])
  const { bytesRead } = request.body
  return {
    ...(version !== undefined && { SignatureVersion: version }),
    ...(request.tls && { CipherSuite: request.tls.cipher }),
    // What frames the chunks of an upload is no part of it.
    bytesTransferredIn: announced >= 0 ? Math.min(bytesRead, announced) : bytesRead,
    ...(version !== undefined && { AuthenticationMethod: authorization === undefined ? 'QueryString' : 'AuthHeader' }),
    'x-amz-id-2': hostId(requestId),
  }
}

/**
 * What policies of S3 ask about the way a call came.
 *
 * @source Amazon S3 API Reference, Amazon S3 signature version 4 policy keys; Service Authorization Reference,
 *   s3:TlsVersion
 */
export function s3RequestContext({
  request,
  receivedAtMs,
}: Pick<Exchange, 'request' | 'receivedAtMs'>): Readonly<Record<string, string>> {
  const { authorization, 'x-amz-date': date } = request.headers
  const version = authorization === undefined ? presignedVersion(request.head.query) : 'SigV4'
  const signedAt = authorization === undefined ? new URLSearchParams(request.head.query).get('X-Amz-Date') : date
  const signedAtMs = signedAt ? readTimestamp(signedAt) : undefined
  return {
    ...(request.tls && { 's3:TlsVersion': request.tls.version.replace(/^TLSv/, '') }),
    ...(version !== undefined && {
      's3:authType': authorization === undefined ? 'REST-QUERY-STRING' : 'REST-HEADER',
      's3:signatureversion': version === 'SigV4' ? 'AWS4-HMAC-SHA256' : 'AWS',
    }),
    ...(signedAtMs !== undefined && { 's3:signatureAge': String(Math.max(0, receivedAtMs - signedAtMs)) }),
  }
}

function presignedVersion(query: string): 'SigV2' | 'SigV4' | undefined {
  if (/(^|&)X-Amz-Signature=/.test(query)) return 'SigV4'
  return /(^|&)AWSAccessKeyId=/.test(query) ? 'SigV2' : undefined
}

/** What a presigned address says of its signature, without what proves it: credential, token and signature. */
const shown = {
  SigV2: ['AWSAccessKeyId', 'Expires'],
  SigV4: ['X-Amz-Algorithm', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders'],
}

export function s3PresignedParameters(query: string): JsonObject {
  const version = presignedVersion(query)
  if (version === undefined) return {}
  const parameters = new URLSearchParams(query)
  const names = shown[version].filter((name) => parameters.has(name))
  return Object.fromEntries(names.map((name) => [name, parameters.get(name)]))
}
