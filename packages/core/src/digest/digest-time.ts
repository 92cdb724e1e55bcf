const secondMs = 1000

/** `YYYY-MM-DDTHH:MM:SSZ`, the form of every time in a digest; cut to the second. */
export function toIsoSecond(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}

/** `YYYYMMDDTHHMMSSZ`, the form of the time in a digest's name. */
export function toStamp(epochMs: number): string {
  return toIsoSecond(epochMs).replaceAll(/[-:]/g, '')
}

/** Epoch milliseconds of a stamp; `undefined` for what is no time. Called for every name. */
export function fromStamp(stamp: string): number | undefined {
  const [, year, month, day, hour, minute, second = '0'] = stampPattern.exec(stamp) ?? []
  if (year === undefined) return undefined
  const epochMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  const date = new Date(epochMs)
  // February 30th would come out as a day in March, and 24:00 as another day.
  return date.getUTCDate() === Number(day) && date.getUTCHours() === Number(hour) && Number(minute) < 60
    ? epochMs
    : undefined
}

const stampPattern = /^(\d{4})(0[1-9]|1[0-2])(\d\d)T(\d\d)(\d\d)([0-5]\d)?Z$/

/** Epoch milliseconds of an ISO time in UTC with whole seconds; `undefined` for anything else. */
export function fromIsoSecond(text: unknown): number | undefined {
  if (typeof text !== 'string' || !isoPattern.test(text)) return undefined
  const epochMs = Date.parse(text)
  return new Date(epochMs).getUTCDate() === Number(text.slice(8, 10)) ? epochMs : undefined
}

const isoPattern = /^\d{4}-(?:0[1-9]|1[0-2])-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/

/** The second in which a moment lies. */
export function cutToSecond(epochMs: number): number {
  return Math.floor(epochMs / secondMs) * secondMs
}

/** The first full second not before a moment. */
export function raiseToSecond(epochMs: number): number {
  return Math.ceil(epochMs / secondMs) * secondMs
}
