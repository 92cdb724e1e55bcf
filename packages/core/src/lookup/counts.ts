import type { LookupGrouping } from './query.ts'
import { type LookupEvent, someValue } from './subject.ts'

/** Distinct values counted per grouping. Beyond it new values go into `others`, so memory stays bounded. */
const valuesMax = 20_000

/** The counts of one grouping. */
export interface GroupCounts {
  /** As asked for: a field, a path, `hour` or `day`. */
  readonly by: string
  /** By time: oldest first. Else: most frequent first, equal counts by value. */
  readonly groups: readonly { readonly value: string; readonly count: number }[]
  /** Events without a value. */
  readonly absent: number
  /** Values not listed because there are too many; each counted once per event. */
  readonly others: number
}

/** Counts events by the values of one subject. An event with several values counts once for each. */
export interface GroupCounter {
  add(event: LookupEvent): void
  /** The `groupsMax` most frequent; the rest is added to `others`. Of a histogram: all. */
  counts(groupsMax: number): GroupCounts
}

export function createGroupCounter(grouping: LookupGrouping): GroupCounter {
  const counts = new Map<string, number>()
  let absent = 0
  let beyond = 0
  const count = (value: string): void => {
    const before = counts.get(value)
    if (before === undefined && counts.size >= valuesMax) beyond += 1
    else counts.set(value, (before ?? 0) + 1)
  }
  return {
    add(event) {
      if (grouping.kind === 'time') return count(truncatedTime(event.timeMs, grouping.unit))
      const seen: string[] = []
      someValue(event, grouping, (value) => {
        if (!seen.includes(value)) seen.push(value)
        return seen.length === 100
      })
      if (seen.length === 0) absent += 1
      for (const value of seen) count(value)
    },
    counts(groupsMax) {
      const all = [...counts].map(([value, number]) => ({ value, count: number }))
      const byValue = (a: { value: string }, b: { value: string }) => (a.value < b.value ? -1 : 1)
      const isTime = grouping.kind === 'time'
      all.sort(isTime ? byValue : (a, b) => b.count - a.count || byValue(a, b))
      const listed = isTime ? all : all.slice(0, groupsMax)
      const rest = all.slice(listed.length).reduce((sum, group) => sum + group.count, 0)
      return { by: groupingName(grouping), groups: listed, absent, others: beyond + rest }
    },
  }
}

export function groupingName(grouping: LookupGrouping): string {
  if (grouping.kind === 'time') return grouping.unit
  return grouping.kind === 'field' ? grouping.field : grouping.path.text
}

function truncatedTime(timeMs: number, unit: 'hour' | 'day'): string {
  const iso = new Date(timeMs).toISOString()
  return unit === 'hour' ? `${iso.slice(0, 13)}:00:00Z` : iso.slice(0, 10)
}
