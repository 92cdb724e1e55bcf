const secondMs = 1000

/** `YYYY-MM-DDTHH:MM:SSZ`, the form of every time in a digest; cut to the second. */
export function toIsoSecond(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}

/** `YYYYMMDDTHHMMSSZ`, the form of the time in a digest's name. */
export function toStamp(epochMs: number): string {
  return toIsoSecond(epochMs).replaceAll(/[-:]/g, '')
}

/** Epoch milliseconds of a stamp; `undefined` for what is no time. */
export function fromStamp(stamp: string): number | undefined {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?Z$/.exec(stamp) ?? []
  if (y === undefined) return undefined
  const iso = `${y}-${mo}-${d}T${h}:${mi}:${s ?? '00'}.000Z`
  const epochMs = Date.parse(iso)
  // February 30th would come out as a day in March.
  return Number.isNaN(epochMs) || new Date(epochMs).toISOString() !== iso ? undefined : epochMs
}

/** Epoch milliseconds of an ISO time in UTC with whole seconds; `undefined` for anything else. */
export function fromIsoSecond(text: unknown): number | undefined {
  return typeof text === 'string' && isoPattern.test(text) ? fromStamp(text.replaceAll(/[-:]/g, '')) : undefined
}

const isoPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** The second in which a moment lies. */
export function cutToSecond(epochMs: number): number {
  return Math.floor(epochMs / secondMs) * secondMs
}

/** The first full second not before a moment. */
export function raiseToSecond(epochMs: number): number {
  return Math.ceil(epochMs / secondMs) * secondMs
}
