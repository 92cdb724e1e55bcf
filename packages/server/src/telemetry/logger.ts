import { type Logger, pino } from 'pino'

export type { Logger } from 'pino'

/** Members that must never reach the log, wherever they stand in an entry's fields. */
const secretNames = ['secretAccessKey', 'sessionToken', 'authorization', 'password', 'signature']

/** Cairn's own log: one JSON line an entry on standard error. Nothing to do with the event log. */
export function createLogger(options: { readonly level: string; readonly write?: (line: string) => void }): Logger {
  const { write } = options
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'event',
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    write ? { write } : pino.destination({ dest: 2, sync: true }),
  )
}

/** What the log may say of a failure: class, code and facts. The stack helps only when nobody expected the failure. */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: String(error) }
  const { code, fields } = error as { code?: unknown; fields?: unknown }
  return {
    error: error.message,
    ...(typeof code === 'string' ? { code } : { stack: error.stack }),
    ...(typeof fields === 'object' && fields !== null && { fields }),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  }
}
