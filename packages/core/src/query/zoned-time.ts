import { offsetMs } from './time-literal.ts'

/** The time that clocks of the zone show. @param utc `YYYY-MM-DD HH:MM:SS[.f]` */
export function inZone(utc: string, zone: string): string {
  if (zone === 'UTC') return utc
  const [whole = '', fraction] = utc.split('.')
  const ms = Date.parse(`${whole.replace(' ', 'T')}Z`)
  const local = new Date(ms + zoneOffsetMs(ms, zone)).toISOString().slice(0, 19).replace('T', ' ')
  return fraction === undefined ? local : `${local}.${fraction}`
}

/**
 * The instant of a time as results show it, `2023-07-10 01:02:03.000 Europe/Berlin`, in the form
 * `2023-07-09T23:02:03.000Z`; `undefined` when it is none. In the hour that clocks show twice, the first time counts.
 */
export function zonedInstant(text: string): string | undefined {
  const [, date, time, zone = ''] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) (\S+)$/.exec(text) ?? []
  const localMs = Date.parse(`${date}T${time}Z`)
  if (Number.isNaN(localMs)) return undefined
  // No zone changes its clocks twice in two days, so one of the offsets around is the one then.
  const instants = [-dayMs, dayMs].map((away) => localMs - zoneOffsetMs(localMs + away, zone))
  const fitting = instants.filter((ms) => ms + zoneOffsetMs(ms, zone) === localMs)
  return new Date(Math.min(...(fitting.length === 0 ? instants : fitting))).toISOString()
}

const dayMs = 86_400_000

function zoneOffsetMs(ms: number, zone: string): number {
  return offsetMs(zone) ?? namedOffsetMs(ms, zone)
}

/** Making one takes longer than a thousand uses. The zone database has some six hundred names. */
const formats = new Map<string, Intl.DateTimeFormat>()

/** Milliseconds that clocks of a zone of the zone database are ahead of UTC; 0 for a zone that is not there. */
function namedOffsetMs(ms: number, zone: string): number {
  try {
    const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    formats.set(zone, format)
    const shown =
      format
        .formatToParts(ms)
        .find((part) => part.type === 'timeZoneName')
        ?.value.replace('GMT', '') ?? ''
    return offsetMs(shown) ?? 0
  } catch {
    return 0
  }
}
