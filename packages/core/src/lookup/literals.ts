import type { LookupCondition, LookupField, LookupQuery, LookupTest } from './query.ts'

/**
 * Text that the bytes of every matching record must contain, so that a scan can pass over a record without parsing it.
 *
 * JSON may spell a character in several ways (`=` as `\u003d`, `/` as `\/`). A literal therefore holds letters, digits
 * and `_ - . :` only. Escapes of those are legal but no serialiser writes them; a record that has one is never passed
 * over (see {@link mayHideLiteral}).
 */
export function requiredLiterals(query: LookupQuery): readonly string[] {
  const literals = query.conditions.flatMap((condition) => conditionLiterals(condition) ?? [])
  return [...new Set(literals)].sort((a, b) => b.length - a.length).slice(0, literalsMax)
}

/** The longest few decide; more would only be searched for in records that have those. */
const literalsMax = 3

/** Shorter ones are in nearly every record. */
const literalCharsMin = 4

const plainRuns = /[A-Za-z0-9_.:-]+/g

/** Fields whose values stand in the record as they are. Others are derived, e.g. `root` for a username. */
const verbatimFields: readonly LookupField[] = [
  'eventId',
  'eventName',
  'eventSource',
  'accessKeyId',
  'errorCode',
  'sourceIp',
  'userAgent',
]

function conditionLiterals({ subject, test, negated }: LookupCondition): string[] | undefined {
  if (negated) return undefined
  if (subject.kind === 'field') return verbatimFields.includes(subject.field) ? testLiterals(test) : undefined
  const ofValue = testLiterals(test)
  // Names of members are in many records; they help only where nothing is known of the value.
  if (ofValue.length > 0) return ofValue
  return subject.path.segments.filter((segment) => typeof segment === 'string').flatMap(longestRun)
}

function testLiterals(test: LookupTest): string[] {
  switch (test.kind) {
    case 'exactly': {
      const [value, ...others] = test.values
      return value === undefined || others.length > 0 ? [] : valueLiteral(value)
    }
    case 'like': {
      const [pattern, ...others] = test.patterns
      return pattern === undefined || others.length > 0 ? [] : pattern.parts.flatMap(valueLiteral)
    }
    case 'contains':
      return valueLiteral(test.text)
    default:
      return []
  }
}

/** What may be a number, or a part of one, has other spellings (`1e3`, `1e999` for Infinity), so it gives no literal. */
function valueLiteral(value: string): string[] {
  return /^[-+.0-9eE]*$/.test(value) || 'Infinity'.includes(value.replace('-', '')) ? [] : longestRun(value)
}

function longestRun(text: string): string[] {
  const runs = text.match(plainRuns) ?? []
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '')
  return longest.length < literalCharsMin ? [] : [longest]
}

/**
 * Whether an escape at `\u00XY` (`X` and `Y` are the last two hex digits, as character codes) spells a character that
 * a literal can hold.
 */
export function mayHideLiteral(x: number, y: number): boolean {
  const code = Number.parseInt(String.fromCharCode(x, y), 16)
  return Number.isNaN(code) || /[A-Za-z0-9_.:-]/.test(String.fromCharCode(code))
}
