import type { Style } from '../output/output.ts'
import { printable } from '../output/printable.ts'
import { table } from '../output/table.ts'
import { amount } from '../output/words.ts'

/** The last line of a look-up's answer, as far as it is shown. */
export interface LookupSummary {
  readonly matched: number
  readonly returned: number
  readonly examined: number
  readonly end: 'complete' | 'limit' | 'time-limit'
  readonly plan: string
  readonly tookMs: number
  readonly isCaughtUp: boolean
  readonly groups: readonly {
    readonly by: string
    readonly groups: readonly { readonly value: string; readonly count: number }[]
    readonly absent: number
    readonly others: number
  }[]
}

/**
 * Tables of counts, one per grouping; counts of times have bars beside them. What was `asked` for is shown whole, of
 * the rest the most frequent values and the latest times.
 */
export function groupsText({ groups, matched }: LookupSummary, asked: readonly string[]): string[] {
  // Where nothing matches, tables without a row would only push that from the screen.
  if (matched === 0) return []
  return groups.map(({ by, groups: counted, absent, others }) => {
    const isTime = by === 'hour' || by === 'day'
    const isWhole = asked.includes(by)
    const shown = isWhole ? counted : isTime ? counted.slice(-facetTimesMax) : counted.slice(0, facetValuesMax)
    const rest = others + countOf(counted) - countOf(shown)
    const most = Math.max(...shown.map(({ count }) => count))
    const rows = shown.map(({ value, count }) => [
      amount(count),
      value,
      ...(isTime ? ['▇'.repeat(Math.max(1, Math.round((count / most) * barMax)))] : []),
    ])
    if (rest > 0) rows.push([amount(rest), isTime ? '(earlier)' : '(other values)'])
    if (absent > 0) rows.push([amount(absent), '(none)'])
    const width = Math.max(...['COUNT', ...rows.map(([count = '']) => count)].map(({ length }) => length))
    const aligned = rows.map(([count = '', ...rest]) => [count.padStart(width), ...rest])
    return `${table(['COUNT'.padStart(width), printable(by)], aligned)}\n`
  })
}

function countOf(groups: readonly { readonly count: number }[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0)
}

/** All five facets together fit a screen or two. */
const facetValuesMax = 10
const facetTimesMax = 48

/** Fits a narrow terminal beside count and time. */
const barMax = 40

/**
 * What a person wants to know beyond the events, one thought a line; `asked` is what was to be counted by, `isTimed`
 * whether of a time.
 */
export function summaryNotes(
  summary: LookupSummary,
  {
    isCounted,
    isTimed,
    asked,
  }: { readonly isCounted: boolean; readonly isTimed: boolean; readonly asked: readonly string[] },
  style: Style,
): string[] {
  const notes: string[] = []
  if (summary.matched === 0) notes.push('No event matches.')
  else if (isCounted) {
    const shown = summary.returned === 0 ? '' : `, ${amount(summary.returned)} shown`
    notes.push(`${events(summary.matched)} found${shown}.`)
  } else if (summary.end === 'limit') notes.push(`${events(summary.returned)} shown; there may be more: see --limit.`)
  else notes.push(`${events(summary.returned)}.`)
  for (const { by, groups, absent } of summary.groups) {
    if (groups.length === 0 && absent > 0 && asked.includes(by)) {
      notes.push(
        `None of them has ${printable(by)}: it is a field such as eventName, or a path such as userIdentity.type.`,
      )
    }
  }
  if (summary.end === 'time-limit') {
    notes.push(
      style.yellow(
        `It took too long and was ended after ${events(summary.examined)}; narrow it with --since, --user or --event-name.`,
      ),
    )
  }
  if (!summary.isCaughtUp) {
    notes.push(style.yellow('Events that came in lately, or before a rebuild of the index, are still being indexed.'))
  }
  if (summary.matched === 0 && summary.end === 'complete') {
    notes.push(
      summary.examined === 0 && summary.plan !== 'time'
        ? `Nothing in ${isTimed ? 'that time' : 'the history'} has such ${summary.plan.includes(',') ? 'values together' : 'a value'}: ${summary.plan}. Upper and lower case differ; * stands for any characters.`
        : 'The conditions hold together: leave one out, or widen --since and --until (event times are UTC).',
    )
  }
  return notes
}

function events(count: number): string {
  return `${amount(count)} ${count === 1 ? 'event' : 'events'}`
}
