const basicFormat = /^\d{8}T\d{6}Z$/

/** `20150830T123600Z` of a moment. */
export function timestampOf(ms: number): string {
  const iso = new Date(ms).toISOString()
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
}

/** Epoch milliseconds of `20150830T123600Z`, or `undefined`; a day or hour that does not exist is no moment. */
export function readTimestamp(text: string): number | undefined {
  if (!basicFormat.test(text)) return undefined
  const year = pairAt(text, 0) * 100 + pairAt(text, 2)
  const [month, day] = [pairAt(text, 4), pairAt(text, 6)]
  const [hour, minute, second] = [pairAt(text, 9), pairAt(text, 11), pairAt(text, 13)]
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  const date = new Date(ms)
  // JavaScript would carry 30 February over into March, and take the years before 100 for the last century.
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isReal && hour < 24 && minute < 60 && second < 60 ? ms : undefined
}

/** Two digits as a number; once per request, so no text is cut out for it. */
function pairAt(text: string, index: number): number {
  return (text.charCodeAt(index) - 48) * 10 + text.charCodeAt(index + 1) - 48
}

/** The signing time a `Date` header states, in whichever of the HTTP formats or AWS's own. */
export function readHttpDate(text: string): number | undefined {
  const basic = readTimestamp(text)
  if (basic !== undefined) return basic
  const ms = Date.parse(text)
  return Number.isNaN(ms) || ms < 0 || ms > 253_402_300_799_000 ? undefined : ms
}
