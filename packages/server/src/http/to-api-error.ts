import type { ServiceModel } from '@cairn/aws-kit/model'
import { ProtocolError } from '@cairn/aws-kit/protocol'
import { SigV4Error } from '@cairn/aws-kit/sigv4'
import { Fault } from '../fault.ts'
import { ApiError, failure } from './api-error.ts'
import { refusalOf } from './authenticate.ts'

/** What the caller may know of any failure. Anything unexpected becomes `internal`, its cause kept for the log. */
export function toApiError(error: unknown, protocol: ServiceModel['protocol']): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof ProtocolError) return new ApiError(error.code, error.message)
  if (error instanceof SigV4Error) return refusalOf(error, protocol)
  if (error instanceof Fault && busyFaults.has(error.code)) return unavailable(error)
  return internal(error)
}

/** Conditions that pass by themselves: the caller is asked to come again. */
const busyFaults: ReadonlySet<string> = new Set([
  'log.full',
  'log.overloaded',
  'catalog.full',
  'history.busy',
  'history.rebuilding',
  'history.too-slow',
])

export function unavailable(cause: unknown): ApiError {
  return failure('unavailable', 'The service is unavailable. Please try again later.', { status: 503, cause })
}

export function internal(cause?: unknown): ApiError {
  return failure('internal', 'We encountered an internal error. Please try again.', {
    status: 500,
    ...(cause !== undefined && { cause }),
  })
}

/** The failure behind an answer, where it is the server's business: refusals are the caller's. */
export function causeToLog(error: ApiError): unknown {
  return error.cause instanceof SigV4Error ? undefined : error.cause
}
