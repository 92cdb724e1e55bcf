/** An error of the API: what the caller sees, and what the record of the call names. */
export class ApiError extends Error {
  readonly code: string
  /** HTTP status where the protocol's own rule is not meant. */
  readonly status: number | undefined

  constructor(code: string, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'ApiError'
    this.code = code
    this.status = options.status
  }
}
