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

/**
 * Epoch milliseconds of the time that stands in `bytes` as real records have it, `YYYY-MM-DDTHH:MM:SSZ`; `undefined` for
 * any other form, which `parseRecordTime` may know.
 */
export function recordTimeAt(bytes: Uint8Array, from: number, to: number): number | undefined {
  return to - from === timeForm.length + 1 && bytes[to - 1] === letterZ ? secondAt(bytes, from) : undefined
}

/** Of a `YYYY-MM-DDTHH:MM:SS` in UTC at `from`; `undefined` where there is none, or a day that its month does not have. */
export function secondAt(bytes: Uint8Array, from: number): number | undefined {
  for (let nth = 0; nth < timeForm.length; nth += 1) {
    const byte = bytes[from + nth] as number
    const form = timeForm[nth] as number
    if (form === digit ? !(byte >= digit && byte <= 0x39) : byte !== form) return undefined
  }
  const number = (at: number) => (bytes[from + at] as number) * 10 + (bytes[from + at + 1] as number) - 11 * digit
  const [hour, minute, second] = [number(11), number(14), number(17)]
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const day = (number(0) * 100 + number(2)) * 10_000 + number(5) * 100 + number(8)
  // Events come day by day, and the calendar is not this function's to know.
  if (day !== lastDay.day) lastDay = { day, startMs: dayStart(String.fromCharCode(...bytes.subarray(from, from + 10))) }
  if (lastDay.startMs === undefined) return undefined
  return lastDay.startMs + ((hour * 60 + minute) * 60 + second) * 1000
}

function dayStart(date: string): number | undefined {
  const startMs = parseRecordTime(`${date}T00:00:00Z`)
  // A 30 February would be taken for a day in March.
  return startMs !== undefined && new Date(startMs).toISOString().startsWith(date) ? startMs : undefined
}

const digit = 0x30
const letterZ = 0x5a
const timeForm = new TextEncoder().encode('0000-00-00T00:00:00')
let lastDay: { readonly day: number; readonly startMs: number | undefined } = { day: -1, startMs: undefined }
