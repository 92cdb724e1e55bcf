import { type Contract, contractOf, type Difference, differences } from './contract.ts'
import { type Expectation, judge, type Verdict } from './expectation.ts'
import type { JudgedCase } from './junit.ts'
import type { SeenCall } from './seen-call.ts'

/** Holds a session against what was asked of it; a case for each expectation, and for each test of the contract. */
export function judgeRun(
  calls: readonly SeenCall[],
  asked: { readonly expectations: readonly Expectation[]; readonly contract?: Contract | undefined },
): readonly JudgedCase[] {
  const expected = asked.expectations.map((expectation) => expectationCase(judge(expectation, calls)))
  return asked.contract === undefined ? expected : [...expected, ...contractCases(asked.contract, contractOf(calls))]
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
  const parameters = call.parameters === undefined ? [] : [`    ${JSON.stringify(call.parameters)}`]
  return [`${signs[kind]} ${call.call}${error}${note}`, ...parameters]
}
