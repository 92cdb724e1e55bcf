import { setting, text } from '../setting.ts'

const pattern = /^(system|test=[+-]?\d{1,9}[smhd])$/

/** What time it is for events, deliveries, digests and schedules. */
export const clock = {
  clock: setting(text(pattern, 'system, or test= and a distance from now such as test=-31d').default('system'), {
    description:
      'Clock of events, files and digests: `system`, or a test clock that begins elsewhere. `test=-31d` starts that far from now and goes on from there; `cairn clock advance 3h` moves it forward. For trying out what takes days. Events, deliveries, digests, retention and schedules go by it; signatures, sessions and TLS by the machine. A data directory stays on the clock it began with.',
    example: 'test=-31d',
    isCommon: true,
  }),
}

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** How far a test clock begins from the machine's, in milliseconds; `undefined` for the machine's own. */
export function testClockOffsetMs(value: string): number | undefined {
  const [, sign, count, unit = ''] = /^test=([+-]?)(\d+)([smhd])$/.exec(value) ?? []
  return count === undefined ? undefined : (sign === '-' ? -1 : 1) * Number(count) * (unitMs[unit] ?? 0)
}
