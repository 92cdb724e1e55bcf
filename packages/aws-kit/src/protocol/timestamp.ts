import type { TimestampFormat } from '../model/index.ts'

/** What `Date` can hold; anything beyond cannot be written back. */
const msMax = 8.64e15

const iso = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2})$/
const isoDay = /^\d{4}-\d{2}-\d{2}$/
const http =
  /^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/
const seconds = /^-?\d{1,15}(?:\.\d{1,9})?$/

/**
 * Epoch milliseconds of a timestamp in any of the three spellings, whichever was asked for: AWS's own services take
 * each other's. `undefined` when it is none.
 */
export function readTimestampText(text: string): number | undefined {
  if (text.length > 64) return undefined
  if (seconds.test(text)) return readEpochSeconds(Number(text))
  if (!iso.test(text) && !isoDay.test(text) && !http.test(text)) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}

/** Epoch milliseconds of epoch seconds with a fraction, to the nearest millisecond. */
export function readEpochSeconds(value: number): number | undefined {
  const ms = Math.round(value * 1000)
  return Number.isFinite(ms) && Math.abs(ms) <= msMax ? ms : undefined
}

/** `iso8601` shows milliseconds only when there are any, or always when `exact`, as S3 does. */
export function timestampText(ms: number, format: TimestampFormat, exact: boolean): string {
  switch (format) {
    case 'iso8601': {
      const text = new Date(ms).toISOString()
      return exact ? text : text.replace('.000Z', 'Z')
    }
    case 'rfc822':
      return new Date(ms).toUTCString()
    case 'unixTimestamp':
      return String(ms / 1000)
  }
}
