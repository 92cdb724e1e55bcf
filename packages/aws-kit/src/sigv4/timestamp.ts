const basicFormat = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

/** `20150830T123600Z` of a moment. */
export function timestampOf(ms: number): string {
  const iso = new Date(ms).toISOString()
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
}

/** Epoch milliseconds of `20150830T123600Z`, or `undefined`; a day or hour that does not exist is no moment. */
export function readTimestamp(text: string): number | undefined {
  const match = basicFormat.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second] = match
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  return timestampOf(ms) === text ? ms : undefined
}

/** The signing time a `Date` header states, in whichever of the HTTP formats or AWS's own. */
export function readHttpDate(text: string): number | undefined {
  const basic = readTimestamp(text)
  if (basic !== undefined) return basic
  const ms = Date.parse(text)
  return Number.isNaN(ms) || ms < 0 || ms > 253_402_300_799_000 ? undefined : ms
}
