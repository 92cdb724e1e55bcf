/** A time that a literal says, as UTC. */
export interface TimeLiteral {
  readonly ms: number
  /** `YYYY-MM-DD HH:MM:SS[.f]` */
  readonly text: string
  readonly isDate: boolean
  /** Digits of the fraction. */
  readonly precision: number
  readonly zone?: string
}

const form =
  /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6})\d*)?)?)?(?:\s*(Z|UTC|[+-]\d{2}:\d{2})|\s+([A-Za-z]+\/[A-Za-z_/+-]+))?\s*$/

/**
 * Reads `2023-07-10 00:00:00`, `2023-07-10`, `2023-07-10T00:00:00Z` and what lies between.
 *
 * @returns `undefined` for what is no time, or no day of the calendar
 */
export function readTimeLiteral(text: string): TimeLiteral | undefined {
  const found = form.exec(text)
  if (!found) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  const date = new Date(ms)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
    return undefined
  const fraction = found[7] ?? ''
  const zone = found[8] ?? found[9]
  const fractionMs = fraction === '' ? 0 : Number(`0.${fraction}`) * 1000
  return {
    ms: ms + fractionMs,
    text: `${date.toISOString().slice(0, 19).replace('T', ' ')}${fraction === '' ? '' : `.${fraction}`}`,
    isDate: found[4] === undefined,
    precision: fraction.length,
    ...(zone !== undefined && { zone: zone === 'Z' ? 'UTC' : zone }),
  }
}

/** Milliseconds that an offset such as `+05:30` is ahead of UTC. `undefined` for a zone with a name. */
export function offsetMs(zone: string): number | undefined {
  if (zone === 'UTC') return 0
  const found = /^([+-])(\d{2}):(\d{2})$/.exec(zone)
  if (!found) return undefined
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000
}
