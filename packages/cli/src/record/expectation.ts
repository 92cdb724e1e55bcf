import { compileWildcards } from '@cairn/aws-kit/iam'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { nameOf, type SeenCall } from './seen-call.ts'

/** How often calls of a name are expected: `s3:PutObject>=1`, `iam:*==0`; without a number, at least once. */
export interface Expectation {
  /** As it was written. */
  readonly text: string
  /** As written, with `*` and `?`. */
  readonly service: string
  readonly operation: string
  /** Whether calls of a name are meant. */
  readonly means: (name: string) => boolean
  readonly comparison: keyof typeof comparisons
  readonly count: number
}

/** What became of an expectation. */
export interface Verdict {
  readonly expectation: Expectation
  readonly isMet: boolean
  readonly seen: number
  /** Names of the calls it is about, with their numbers; or, when there is none, of the calls of their service. */
  readonly calls: readonly (readonly [name: string, count: number])[]
}

const comparisons = {
  '==': (seen: number, count: number) => seen === count,
  '!=': (seen: number, count: number) => seen !== count,
  '>=': (seen: number, count: number) => seen >= count,
  '<=': (seen: number, count: number) => seen <= count,
  '>': (seen: number, count: number) => seen > count,
  '<': (seen: number, count: number) => seen < count,
}

/** @throws CommandFailure with exit code `usage` */
export function parseExpectation(text: string): Expectation {
  const match = /^\s*([a-z0-9*?-]+):([A-Za-z0-9_*?]+)\s*(?:(==|!=|>=|<=|>|<|=)\s*(\d{1,9})\s*)?$/.exec(text)
  const [, service, operation, operator = '>=', number = '1'] = match ?? []
  if (service === undefined || operation === undefined) {
    throw new CommandFailure(`--expect does not understand '${text}'.`, {
      advice: "It reads SERVICE:OPERATION, a comparison and a number: 's3:PutObject>=1', 'iam:*==0'.",
      exitCode: exitCodes.usage,
    })
  }
  const comparison = (operator === '=' ? '==' : operator) as Expectation['comparison']
  const count = Number(number)
  if (count === 0 && (comparison === '>=' || comparison === '<')) {
    throw new CommandFailure(`--expect '${text}' says nothing: ${alwaysOrNever[comparison]}.`, {
      advice: "'>0' is at least one call, '==0' none.",
      exitCode: exitCodes.usage,
    })
  }
  const isMeant = compileWildcards(`${service}:${operation}`.toLowerCase())
  const means = (name: string) => isMeant(name.toLowerCase())
  return { text: text.trim(), service, operation, means, comparison, count }
}

const alwaysOrNever = { '>=': 'it holds whatever is called', '<': 'it can never hold' } as const

export function judge(expectation: Expectation, calls: readonly SeenCall[]): Verdict {
  const meant = calls.filter((call) => expectation.means(nameOf(call)))
  const isMet = comparisons[expectation.comparison](meant.length, expectation.count)
  const shown = meant.length > 0 ? meant : calls.filter(({ service }) => service === expectation.service)
  return { expectation, isMet, seen: meant.length, calls: counted(shown.map(nameOf)) }
}

/** Equal texts together, the most frequent first, then by name. */
export function counted(names: readonly string[]): readonly (readonly [name: string, count: number])[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
}
