import { hostId } from '@cairn/aws-kit/protocol'
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
  const method = authenticationMethod(request.headers.authorization, request.head.query)
  const announced = Number(request.headers['x-amz-decoded-content-length'])
  const { bytesRead } = request.body
  return {
    ...(method !== undefined && { SignatureVersion: 'SigV4' }),
    ...(request.tls && { CipherSuite: request.tls.cipher }),
    // What frames the chunks of an upload is no part of it.
    bytesTransferredIn: announced >= 0 ? Math.min(bytesRead, announced) : bytesRead,
    ...(method !== undefined && { AuthenticationMethod: method }),
    'x-amz-id-2': hostId(requestId),
  }
}

function authenticationMethod(authorization: string | undefined, query: string): string | undefined {
  if (authorization !== undefined) return 'AuthHeader'
  return /(^|&)X-Amz-Signature=/.test(query) ? 'QueryString' : undefined
}

/** What a presigned address says of its signature, without what proves it: credential, token and signature. */
const shown = ['X-Amz-Algorithm', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders']

export function s3PresignedParameters(query: string): JsonObject {
  if (authenticationMethod(undefined, query) === undefined) return {}
  const parameters = new URLSearchParams(query)
  return Object.fromEntries(shown.flatMap((name) => (parameters.has(name) ? [[name, parameters.get(name)]] : [])))
}
