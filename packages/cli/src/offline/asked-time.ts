import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'

/** The time that an option says, epoch milliseconds. A day means its beginning as `--from`, and its end otherwise. */
export function timeOf(text: string, option: 'from' | 'until' | 'to'): number {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text)
  const epochMs = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(epochMs)) {
    throw new CommandFailure(`--${option} is "${text}", which is no time such as 2026-03-01T10:00:00Z.`, {
      exitCode: exitCodes.usage,
    })
  }
  return isDay && option !== 'from' ? epochMs + 86_400_000 : epochMs
}
