import { type Contract, contractOf, type Difference, differences } from './contract.ts'
import { type Expectation, judge, type Verdict } from './expectation.ts'
import type { JudgedCase } from './junit.ts'
import { whyNothing } from './nothing-seen.ts'
import type { SessionFacts } from './session-facts.ts'

interface Asked {
  readonly expectations: readonly Expectation[]
  readonly contract?: Contract | undefined
  /** No call at all is fine. */
  readonly allowsNone: boolean
}

/**
 * Holds a session against what was asked of it; a case for each expectation, and for each test of the contract. What
 * cannot be judged fails: a check that says nothing would pass for one that holds.
 */
export function judgeRun(seen: SessionFacts, { expectations, contract, allowsNone }: Asked): readonly JudgedCase[] {
  const { calls } = seen
  const judged = [
    ...expectations.map((expectation) => expectationCase(judge(expectation, calls))),
    ...(contract === undefined ? [] : contractCases(contract, contractOf(calls))),
  ]
  const isAsked = expectations.length > 0 || contract !== undefined
  return [
    ...(calls.length === 0 && !allowsNone ? [nothingSeen(seen)] : []),
    ...(seen.callsBeyond > 0 && isAsked ? [tooManySeen(seen)] : []),
    ...judged,
  ]
}

/** So that CI shows it beside what else failed. */
function nothingSeen(seen: SessionFacts): JudgedCase {
  return { suite: 'session', name: 'calls were seen', failure: ['no call to AWS was seen', ...whyNothing(seen)] }
}

function tooManySeen({ calls, callsBeyond }: SessionFacts): JudgedCase {
  const failure = [
    `the first ${calls.length} calls were judged, ${callsBeyond} later ones were not: record less at once`,
  ]
  return { suite: 'session', name: 'all calls were judged', failure }
}

function expectationCase({ expectation, isMet, seen, calls }: Verdict): JudgedCase {
  const name = expectation.text
  if (isMet) return { suite: 'expectations', name }
  const listed = calls.map(([call, count]) => `  ${call} ×${count}`)
  const others = seen === 0 && listed.length > 0 ? ['  seen of that service:'] : []
  const wanted = `${expectation.comparison} ${expectation.count}`
  return { suite: 'expectations', name, failure: [`expected ${wanted}, seen ${seen}`, ...others, ...listed] }
}

function contractCases(expected: Contract, seen: Contract): readonly JudgedCase[] {
  const found = Map.groupBy(differences(expected, seen), ({ mark }) => mark)
  const marks = [...new Set([...expected.keys(), ...seen.keys()])]
  return marks.map((mark) => {
    const name = mark === '' ? 'all calls' : mark
    const failure = found.get(mark)?.flatMap(differenceLines)
    return failure === undefined ? { suite: 'contract', name } : { suite: 'contract', name, failure }
  })
}

const signs = { missing: '-', unexpected: '+', times: '~', order: '~' } as const

/** As a difference of files: `-` what the contract has, `+` what the run has. */
function differenceLines({ kind, call, detail }: Difference): readonly string[] {
  const error = call.error === undefined ? '' : ` → ${call.error}`
  const note = detail === undefined ? '' : `  (${detail})`
  const parameters = call.parameters === undefined ? aboutOf(call) : [`    ${JSON.stringify(call.parameters)}`]
  return [`${signs[kind]} ${call.call}${error}${note}`, ...parameters]
}

/** Parameters name it too, where there are any. */
function aboutOf({ on }: Difference['call']): readonly string[] {
  return on === undefined ? [] : [`    on ${on}`]
}
