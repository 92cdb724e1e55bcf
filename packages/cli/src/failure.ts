import { type ExitCode, exitCodes } from './exit-code.ts'

/** Ends a command with a sentence for its user: what happened, and what to do next. */
export class CommandFailure extends Error {
  readonly advice: string | undefined
  /** Lines between the sentence and the advice, shown as they are. */
  readonly details: readonly string[]
  readonly exitCode: ExitCode

  constructor(
    message: string,
    options: {
      readonly advice?: string
      readonly details?: readonly string[]
      readonly exitCode?: ExitCode
      readonly cause?: unknown
    } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'CommandFailure'
    this.advice = options.advice
    this.details = options.details ?? []
    this.exitCode = options.exitCode ?? exitCodes.failed
  }
}
