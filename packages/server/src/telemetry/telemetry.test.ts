import { expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import { createTelemetry } from './index.ts'
import { createLogger, describeError } from './logger.ts'

function written(log: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = []
  log(createLogger({ level: 'debug', write: (line) => void lines.push(line) }))
  return lines
}

test('an entry is one line of JSON, whatever it holds', () => {
  const lines = written((logger) => logger.info({ text: 'a\nb\u2028c"d', nested: { deep: [1] } }, 'something'))
  expect(lines).toHaveLength(1)
  expect(lines[0]?.trimEnd()).not.toContain('\n')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', event: 'something', text: 'a\nb\u2028c"d' })
})

test.each(['secretAccessKey', 'sessionToken', 'authorization', 'password', 'signature'])(
  'what is called %s never reaches the log',
  (name) => {
    const [line = ''] = written((logger) => logger.warn({ [name]: 'hush', inner: { [name]: 'hush' } }, 'fact'))
    expect(line).not.toContain('hush')
    expect(JSON.parse(line)).toMatchObject({ [name]: '[redacted]', inner: { [name]: '[redacted]' } })
  },
)

test('a fault is logged by code, facts and cause; only the unexpected has its stack', () => {
  const cause = new TypeError('x is undefined')
  const described = describeError(new Fault('log.full', 'no room', { bytes: 7 }, { cause }))
  expect(described).toMatchObject({ code: 'log.full', error: 'no room', fields: { bytes: 7 } })
  expect(described).not.toHaveProperty('stack')
  expect(described.cause).toMatchObject({
    error: 'x is undefined',
    stack: expect.stringContaining('telemetry.test.ts'),
  })
})

test('a caller that leaves is no warning, and an answer that breaks off is', () => {
  const entries: { level: string; event: string; stack?: string }[] = []
  const telemetry = createTelemetry({ level: 'info', write: (line) => void entries.push(JSON.parse(line)) })
  for (const reason of [AbortSignal.abort().reason, new TypeError('x is undefined')]) {
    telemetry.calls.handlerFailed(reason)
    telemetry.imports.importStopped(reason)
  }
  expect(entries.map(({ level, event }) => `${level}: ${event}`)).toEqual([
    'info: caller left before the end of its answer',
    'info: import stopped by its caller',
    'warn: answer broke off',
    'warn: import stopped',
  ])
  expect(entries.map(({ stack }) => stack === undefined)).toEqual([true, true, false, false])
})

test('metrics count calls and name no caller', async () => {
  const telemetry = createTelemetry({ level: 'silent' })
  const call = { eventSource: 'cloudtrail.amazonaws.com', eventName: 'CreateTrail', elapsedMs: 3 }
  telemetry.calls.answered({ ...call, errorCode: undefined })
  telemetry.calls.answered({ ...call, errorCode: 'TrailAlreadyExistsException' })
  const text = await telemetry.metrics.registry.metrics()
  expect(text).toContain('cairn_calls_total{source="cloudtrail.amazonaws.com",outcome="ok"} 1')
  expect(text).toContain('cairn_calls_total{source="cloudtrail.amazonaws.com",outcome="error"} 1')
  expect(text).not.toMatch(/account|user|arn:/)
})
