import type { FrameworkFailure } from '@cairn/aws-kit/protocol'

/** An error of the API: what the caller sees, and what the record of the call names. */
export class ApiError extends Error {
  /** A code of the service's model, or a failure every service spells in its own way. */
  readonly code: string | { readonly failure: FrameworkFailure }
  /** HTTP status where neither model nor protocol knows one. */
  readonly status: number | undefined
  /** What S3's errors say beyond code and message. */
  readonly details: Readonly<Record<string, string>> | undefined

  constructor(
    code: string | { readonly failure: FrameworkFailure },
    message: string,
    options: { status?: number; cause?: unknown; details?: Readonly<Record<string, string>> } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'ApiError'
    this.code = code
    this.status = options.status
    this.details = options.details
  }
}

export function failure(kind: FrameworkFailure, message: string, options: { status?: number; cause?: unknown } = {}) {
  return new ApiError({ failure: kind }, message, options)
}
