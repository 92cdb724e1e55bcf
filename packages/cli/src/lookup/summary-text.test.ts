import { describe, expect, it } from 'vitest'
import { groupsText, type LookupSummary, summaryNotes } from './summary-text.ts'

function summaryOf(by: string, counts: readonly (readonly [string, number])[], more = {}): LookupSummary {
  const groups = counts.map(([value, count]) => ({ value, count }))
  return {
    matched: 1,
    returned: 0,
    examined: 1,
    end: 'complete',
    plan: 'time',
    tookMs: 1,
    isCaughtUp: true,
    groups: [{ by, groups, absent: 0, others: 0, ...more }],
  }
}

const names = Array.from({ length: 12 }, (_, index) => [`name-${index}`, 20 - index] as const)
const hours = Array.from({ length: 50 }, (_, index) => [`hour-${index}`, 1] as const)
const linesOf = (summary: LookupSummary, asked: readonly string[]) => groupsText(summary, asked)[0]?.trim().split('\n')

describe('an answer without events', () => {
  const style = { bold: String, dim: String, red: String, green: String, yellow: String }
  it.each([
    ['username', 'has such a value: username.'],
    ['username, errorCode', 'has such values together: username, errorCode.'],
  ])('says which values nothing has: %s', (plan, said) => {
    const notes = summaryNotes(
      { ...summaryOf('day', []), matched: 0, examined: 0, plan },
      { isCounted: false, isTimed: false, asked: [] },
      style,
    )
    expect(notes.join(' ')).toContain(said)
  })
})

describe('counts for people', () => {
  const style = { bold: String, dim: String, red: String, green: String, yellow: String }

  it('are no tables where nothing matches, and say what was shown only where something was', () => {
    expect(groupsText({ ...summaryOf('eventName', []), matched: 0 }, [])).toEqual([])
    expect(
      summaryNotes({ ...summaryOf('day', []), matched: 57 }, { isCounted: true, isTimed: false, asked: [] }, style),
    ).toEqual(['57 events found.'])
    expect(
      summaryNotes(
        { ...summaryOf('day', []), matched: 57, returned: 9 },
        { isCounted: true, isTimed: false, asked: [] },
        style,
      ),
    ).toEqual(['57 events found, 9 shown.'])
  })

  it('by what no event has say so: it may be misspelt', () => {
    const notes = summaryNotes(
      summaryOf('eventname', [], { absent: 1 }),
      { isCounted: true, isTimed: false, asked: ['eventname'] },
      style,
    )
    expect(notes[1]).toMatch(/^None of them has eventname/)
  })

  it('stand with their last digits below one another', () => {
    const lines = linesOf(
      summaryOf('eventName', [
        ['a', 1_234_567],
        ['b', 8],
      ]),
      [],
    )
    expect(lines).toEqual(['COUNT  eventName', '1,234,567  a', '        8  b'])
  })

  it('of a facet are the most frequent ones, and how many events are left', () => {
    const lines = linesOf(summaryOf('eventName', names, { absent: 3 }), [])
    expect(lines?.slice(0, 2)).toEqual(['COUNT  eventName', '   20  name-0'])
    expect(lines?.slice(11)).toEqual(['   19  (other values)', '    3  (none)'])
  })

  it('of what was asked for are all there', () => {
    expect(linesOf(summaryOf('eventName', names), ['eventName'])).toHaveLength(13)
  })

  it('of times end with the latest, and have bars to compare', () => {
    const lines = linesOf(summaryOf('hour', hours), [])
    expect(lines?.[1]).toMatch(/^ +1 +hour-2 +▇{40}$/)
    expect(lines?.at(-2)).toContain('hour-49')
    expect(lines?.at(-1)).toMatch(/^ +2 +\(earlier\)$/)
    expect(
      linesOf(
        summaryOf('day', [
          ['a', 1_000],
          ['b', 1],
        ]),
        [],
      )?.[2],
    ).toMatch(/b +▇$/)
  })

  it('of a time in which no event has a value say nothing of other times', () => {
    const none = { ...summaryOf('day', []), matched: 0, examined: 0, plan: 'errorCode' }
    const last = (isTimed: boolean) => summaryNotes(none, { isCounted: false, isTimed, asked: [] }, style).at(-1)
    expect(last(true)).toMatch(/^Nothing in that time has such a value: errorCode\./)
    expect(last(false)).toMatch(/^Nothing in the history has such a value: errorCode\./)
  })
})
