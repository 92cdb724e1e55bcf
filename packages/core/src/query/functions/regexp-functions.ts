import { quotedText } from '../engine-text.ts'
import { type Place, refuse, refuseUnsupported } from '../refusal.ts'
import type { Typed } from '../typed.ts'
import { type Call, scalarCall, type Variant } from './definition.ts'
import { unlessNull } from './null-text.ts'

/*
 * Trino's expressions are Java's, the engine's are RE2's. Both mean the same where both read it, but for what is refused
 * here: what RE2 can't do, and what it reads differently.
 */
const onlyJava: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'look-ahead and look-behind'],
  [/\(\?>/, 'atomic groups'],
  [/[*+?}]\+/, 'possessive quantifiers'],
  [/\\[1-9]/, 'back references'],
  [/\\k</, 'back references'],
  [/\\[GZRXhHvV]/, 'the escapes \\G \\Z \\R \\X \\h \\H \\v \\V'],
  [/\[[^\]]*&&/, 'intersections of character classes'],
]

/** @throws Refusal unless the pattern is a literal that both engines read alike */
function patternOf(call: Call): string {
  const literal = call.args[1]?.literal
  if (literal === undefined) refuseUnsupported(call.place, `${call.name} with a pattern that is not a literal`)
  // Escaped backslashes must not make `\\1` look like a back reference.
  const bare = literal.replaceAll('\\\\', '')
  for (const [pattern, what] of onlyJava) {
    if (pattern.test(bare)) refuseUnsupported(call.place, `${call.name} with ${what}`)
  }
  return literal.replaceAll('(?<', '(?P<')
}

/** @throws Refusal when a group that took no part would come out as '' and not as NULL */
function groupOf(call: Call, pattern: string, index: Typed | undefined): string {
  if (index === undefined) return '0'
  const group = /^\d+$/.test(index.text) ? Number(index.text) : undefined
  if (group === undefined) return refuseUnsupported(call.place, `${call.name} with a group that is not a literal`)
  const bare = pattern
    .replaceAll('\\\\', '')
    .replaceAll(/\\[()]/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
  const groups = bare.replaceAll(/\(\?(?!P<)/g, '').match(/\(/g)?.length ?? 0
  if (group > groups) refuse(call.place, `Pattern has ${groups} groups. Cannot access group ${group}`)
  if (group > 0 && /\||\)[?*]|\)\{0/.test(bare)) {
    refuseUnsupported(call.place, `${call.name} of a group that may take no part in a match`)
  }
  return String(group)
}

/** Java's `$1` and `${name}` as RE2's `\1`. */
function replacementOf(place: Place, literal: string | undefined): string {
  if (literal === undefined) refuseUnsupported(place, 'regexp_replace by what is not a literal')
  if (literal.includes('${')) refuseUnsupported(place, 'regexp_replace by a named group')
  if (/(?<!\\)(?:\\\\)*\$(?!\d)/.test(literal)) refuse(place, `Illegal replacement sequence: ${literal}`)
  return literal.replace(/\\(.)|\$(\d)|\\$/g, (_, escaped: string | undefined, group: string | undefined) => {
    if (group !== undefined) return `\\${group}`
    return escaped === '\\' ? '\\\\' : (escaped ?? '')
  })
}

/** @source Trino documentation, "Regular expression functions" */
export const regexpFunctions = (): Variant[] => [
  scalarCall(
    'regexp_like(varchar, varchar) -> boolean',
    (call, s) => `regexp_matches(${s}, ${quotedText(patternOf(call))})`,
  ),
  ...['regexp_extract(varchar, varchar) -> varchar', 'regexp_extract(varchar, varchar, bigint) -> varchar'].map(
    (signature) =>
      scalarCall(signature, (call, s) => {
        const pattern = patternOf(call)
        const text = quotedText(pattern)
        const group = groupOf(call, pattern, call.args[2])
        return `CASE WHEN regexp_matches(${s}, ${text}) THEN regexp_extract(${s}, ${text}, ${group}) END`
      }),
  ),
  ...[
    'regexp_extract_all(varchar, varchar) -> array(varchar)',
    'regexp_extract_all(varchar, varchar, bigint) -> array(varchar)',
  ].map((signature) =>
    scalarCall(signature, (call, s) => {
      const pattern = patternOf(call)
      return `regexp_extract_all(${s}, ${quotedText(pattern)}, ${groupOf(call, pattern, call.args[2])})`
    }),
  ),
  scalarCall(
    'regexp_replace(varchar, varchar) -> varchar',
    (call, s) => `regexp_replace(${s}, ${quotedText(patternOf(call))}, '', 'g')`,
  ),
  scalarCall('regexp_replace(varchar, varchar, varchar) -> varchar', (call, s) => {
    const by = quotedText(replacementOf(call.place, call.args[2]?.literal))
    return `regexp_replace(${s}, ${quotedText(patternOf(call))}, ${by}, 'g')`
  }),
  scalarCall('regexp_count(varchar, varchar) -> bigint', (call, s) =>
    unlessNull([s], `CAST(len(regexp_extract_all(${s}, ${quotedText(patternOf(call))})) AS BIGINT)`),
  ),
  scalarCall('regexp_position(varchar, varchar) -> integer', (call, s) => {
    const pattern = patternOf(call)
    const before = quotedText(`(?s:^(.*?))(?:${pattern})`)
    return unlessNull(
      [s],
      `CAST(CASE WHEN regexp_matches(${s}, ${quotedText(pattern)}) THEN length(regexp_extract(${s}, ${before}, 1)) + 1 ELSE -1 END AS INTEGER)`,
    )
  }),
  scalarCall(
    'regexp_split(varchar, varchar) -> array(varchar)',
    (call, s) => `string_split_regex(${s}, ${quotedText(patternOf(call))})`,
  ),
]
