import { compileGlob, type TextMatcher } from './glob.ts'
import type { PatternPart } from './pattern.ts'

/** `arn`, partition, service, region, account, and the rest with whatever colons it has. */
export type ArnParts = readonly [string, string, string, string, string, string]

/** Splits an ARN at its first five colons; `undefined` for anything shorter. */
export function splitArn(arn: string): ArnParts | undefined {
  if (!arn.startsWith('arn:')) return undefined
  const colons: number[] = []
  for (let at = 3; at >= 0 && colons.length < 5; at = arn.indexOf(':', at + 1)) colons.push(at)
  const [a, b, c, d, e] = colons
  if (a === undefined || b === undefined || c === undefined || d === undefined || e === undefined) return undefined
  return [
    arn.slice(0, a),
    arn.slice(a + 1, b),
    arn.slice(b + 1, c),
    arn.slice(c + 1, d),
    arn.slice(d + 1, e),
    arn.slice(e + 1),
  ]
}

/** `parts` are those of `arn`, split once for all patterns; `undefined` when it is none, e.g. `*`. */
export type ArnMatcher = (arn: string, parts: ArnParts | undefined) => boolean

/**
 * Compiles an ARN with wildcards: a wildcard stays inside its part, only in the last one it runs over colons; parts
 * left out at the end may be anything. `*` alone also matches `*`, the resource of actions that have none.
 */
export function compileArn(pattern: readonly PatternPart[]): ArnMatcher {
  const pieces = splitPattern(pattern)
  if (pieces.length === 1 && pattern.length === 1 && pattern[0]?.kind === 'many') return () => true
  if (pieces.every((piece) => piece.every(({ kind }) => kind === 'text')) && pieces.length === 6) {
    const exact = pattern.map((part) => (part.kind === 'text' ? part.text : '')).join('')
    return (arn) => arn === exact
  }
  const matchers: TextMatcher[] = []
  for (let index = 0; index < 6; index++) matchers.push(compileGlob(pieces[index] ?? [{ kind: 'many' }]))
  const [m0, m1, m2, m3, m4, m5] = matchers as [
    TextMatcher,
    TextMatcher,
    TextMatcher,
    TextMatcher,
    TextMatcher,
    TextMatcher,
  ]
  // The last part tells most ARNs apart, so it goes first.
  return (_, parts) =>
    parts !== undefined && m5(parts[5]) && m2(parts[2]) && m4(parts[4]) && m3(parts[3]) && m1(parts[1]) && m0(parts[0])
}

function splitPattern(pattern: readonly PatternPart[]): PatternPart[][] {
  const pieces: PatternPart[][] = [[]]
  for (const part of pattern) {
    if (part.kind !== 'text') {
      pieces.at(-1)?.push(part)
      continue
    }
    let text = part.text
    for (let colon = text.indexOf(':'); colon >= 0 && pieces.length < 6; colon = text.indexOf(':')) {
      if (colon > 0) pieces.at(-1)?.push({ kind: 'text', text: text.slice(0, colon) })
      pieces.push([])
      text = text.slice(colon + 1)
    }
    if (text !== '') pieces.at(-1)?.push({ kind: 'text', text })
  }
  return pieces
}
