const dayMs = 86_400_000

/** Files of a day's last minutes are delivered into the next day's folder. */
const lateDays = 1

/** `2024/05/03`, as AWS names the folder of a day. */
export function dayFolder(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10).replaceAll('-', '/')
}

/** The days whose folders are looked into, both inclusive; they compare as text. */
export interface Days {
  readonly first: string
  readonly last: string
}

export function daysOf({ sinceMs, untilMs }: { readonly sinceMs?: number; readonly untilMs?: number }): Days {
  return {
    first: sinceMs === undefined ? '' : dayFolder(sinceMs),
    last: untilMs === undefined ? '9999/12/31' : dayFolder(Math.min(untilMs + lateDays * dayMs, lastMs)),
  }
}

const lastMs = Date.UTC(9999, 11, 31)

/** The day before that of `ms`: where files that come late today may still be put. */
export function dayBefore(ms: number): number {
  return ms - dayMs
}

/** Whether a key is of these days. What is not filed under a day is of all. */
export function isWithin(key: string, { first, last }: Days): boolean {
  const day = /\/(\d{4}\/\d{2}\/\d{2})\//.exec(key)?.[1]
  return day === undefined || (day >= first && day <= last)
}
