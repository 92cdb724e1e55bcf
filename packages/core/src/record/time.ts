/** `YYYY-MM-DDTHH:MM:SSZ`: the form of `eventTime` and `creationDate`, whole seconds, cut and not rounded. */
export function recordTime(epochMs: number): string {
  const second = Math.floor(epochMs / 1000)
  // Under load thousands of records are of one second, and formatting a date costs more than the rest of its record.
  if (second !== lastTime.second) lastTime = { second, text: `${new Date(epochMs).toISOString().slice(0, 19)}Z` }
  return lastTime.text
}

let lastTime = { second: Number.NaN, text: '' }

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * A time inside request or response members: `Jul 9, 2024, 4:41:37 PM`.
 *
 * @quirk Java's default US date format; before about 2024 without the comma after the year
 */
export function memberTime(epochMs: number): string {
  const date = new Date(epochMs)
  const hours = date.getUTCHours()
  const clock = [hours % 12 || 12, two(date.getUTCMinutes()), two(date.getUTCSeconds())].join(':')
  const day = `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`
  return `${day}, ${clock} ${hours < 12 ? 'AM' : 'PM'}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** Epoch milliseconds of an ISO time with zone; `undefined` for anything else, also for a time without zone. */
export function parseRecordTime(text: unknown): number | undefined {
  if (typeof text !== 'string' || !isoTime.test(text)) return undefined
  const epochMs = Date.parse(text)
  return Number.isFinite(epochMs) ? epochMs : undefined
}

const isoTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/
