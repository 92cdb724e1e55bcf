import { expect, test } from 'vitest'
import { inZone, zonedInstant } from './zoned-time.ts'

test.each([
  ['2023-07-10 01:02:03.456', 'UTC', '2023-07-10T01:02:03.456Z'],
  ['2023-07-10 01:02:03.456', '+05:30', '2023-07-09T19:32:03.456Z'],
  ['2023-07-10 01:02:03.456', 'Europe/Berlin', '2023-07-09T23:02:03.456Z'],
  ['2023-01-10 01:02:03.456', 'Europe/Berlin', '2023-01-10T00:02:03.456Z'],
  ['2023-03-26 03:00:00.000', 'Europe/Berlin', '2023-03-26T01:00:00.000Z'],
  ['2023-10-29 01:59:59.999', 'Europe/Berlin', '2023-10-28T23:59:59.999Z'],
  ['2023-10-29 03:00:00.000', 'Europe/Berlin', '2023-10-29T02:00:00.000Z'],
  ['2023-11-05 00:30:00.000', 'America/New_York', '2023-11-05T04:30:00.000Z'],
])('%s %s is %s, there and back', (local, zone, instant) => {
  expect(zonedInstant(`${local} ${zone}`)).toBe(instant)
  expect(inZone(instant.slice(0, -1).replace('T', ' '), zone)).toBe(local)
})

test('of an hour that comes twice the first counts; what is no such time is none', () => {
  expect(zonedInstant('2023-10-29 02:30:00.000 Europe/Berlin')).toBe('2023-10-29T00:30:00.000Z')
  expect(zonedInstant('2023-07-10 01:02:03.456')).toBeUndefined()
  expect(zonedInstant('2023-13-10 01:02:03.456 UTC')).toBeUndefined()
})
