import { failureMark } from './engine-text.ts'

const integers: Readonly<Record<string, readonly [trino: string, cast: string]>> = {
  INT8: ['tinyint', 'TINYINT'],
  INT16: ['smallint', 'SMALLINT'],
  INT32: ['integer', 'INT'],
  INT64: ['bigint', 'BIGINT'],
}

type Rewrite = (...parts: readonly string[]) => string

/** The engine's messages that statements commonly run into, and Trino's for the same. */
const rewrites: readonly (readonly [RegExp, Rewrite])[] = [
  [
    /Overflow in (\w+) of (INT\d+) \((.*?)\)/,
    (what = '', type = '', sum = '') => `${integers[type]?.[0] ?? type} ${what} overflow: ${sum}`,
  ],
  [
    /Could not convert string '([\s\S]*)' to (INT\d+)/,
    (text = '', type = '') => `Cannot cast '${text}' to ${integers[type]?.[1] ?? type}`,
  ],
  [/Could not convert string '([\s\S]*)' to (\w+)/, (text = '', type = '') => `Cannot cast '${text}' to ${type}`],
  [/Malformed JSON at byte .*? Input: "([\s\S]*)"/, (text = '') => `Cannot convert value to JSON: '${text}'`],
  [/timestamp field value out of range: "([^"]*)"/, (text = '') => `Value cannot be cast to timestamp: ${text}`],
  [/date field value out of range: "([^"]*)"/, (text = '') => `Value cannot be cast to date: ${text}`],
  [/More than one row returned by a subquery/, () => 'Scalar sub-query has returned multiple rows'],
  [/Map keys must be unique/, () => 'Duplicate map keys are not allowed'],
]

const ours = new RegExp(`^[^\\n]*?Could not convert string '${failureMark}([\\s\\S]*?)${failureMark}' to INT32`)

/**
 * What to tell the caller of a message of the engine: never the engine's own statement, which is not the caller's.
 */
export function readEngineError(message: string): string {
  const found = ours.exec(message)?.[1]
  if (found !== undefined) return found
  const text = (message.split(/\n+LINE \d+:/)[0] ?? '').replace(/^(?:\w+ )*Error: /, '')
  for (const [pattern, rewrite] of rewrites) {
    const match = pattern.exec(text)
    if (match) return rewrite(...match.slice(1))
  }
  return (text.split('\n')[0] ?? '').replace(/ when casting from source column.*$/, '').trim()
}
