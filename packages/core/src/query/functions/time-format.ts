import { type Place, refuse, refuseUnsupported } from '../refusal.ts'

/** MySQL's letters as the engine's, as far as both have them. */
const mysql: Readonly<Record<string, string>> = {
  a: '%a', b: '%b', c: '%-m', d: '%d', e: '%-d', f: '%f', H: '%H', h: '%I', I: '%I', i: '%M', j: '%j', k: '%-H',
  l: '%-I', M: '%B', m: '%m', p: '%p', r: '%I:%M:%S %p', S: '%S', s: '%S', T: '%H:%M:%S', v: '%V', W: '%A', x: '%G',
  Y: '%Y', y: '%y', '%': '%%',
} // biome-ignore format: one letter after the other

/**
 * The format of `date_format` and `date_parse` as the engine's.
 *
 * @throws Refusal when it is not a literal or has a letter that Trino or the engine lacks
 * @source Trino documentation, "MySQL date functions"
 */
export function mysqlFormat(place: Place, literal: string | undefined): string {
  if (literal === undefined) refuseUnsupported(place, 'a date format that is not a literal')
  return literal.replace(/%(.?)/gsu, (_, letter: string) => {
    const known = mysql[letter]
    if (known !== undefined) return known
    if ('DUuVwX'.includes(letter)) refuse(place, `%${letter} not supported in date format string`)
    return letter
  })
}

/** Runs of Joda's letters as the engine's. */
const joda: Readonly<Record<string, string>> = {
  yyyy: '%Y', YYYY: '%Y', yy: '%y', xxxx: '%G', MMMM: '%B', MMM: '%b', MM: '%m', M: '%-m', dd: '%d', d: '%-d',
  DDD: '%j', HH: '%H', H: '%-H', hh: '%I', h: '%-I', mm: '%M', m: '%-M', ss: '%S', s: '%-S', SSS: '%g', a: '%p',
  EEEE: '%A', EEE: '%a', EE: '%a', E: '%a', ww: '%V', e: '%u',
} // biome-ignore format: one run after the other

/**
 * The format of `format_datetime` and `parse_datetime` as the engine's.
 *
 * @throws Refusal when it is not a literal or has letters that the engine lacks
 * @source Trino documentation, "Java date functions"; Joda-Time, DateTimeFormat
 */
export function jodaFormat(place: Place, literal: string | undefined): string {
  if (literal === undefined) refuseUnsupported(place, 'a date format that is not a literal')
  return literal.replace(/''|'((?:[^']|'')*)'|([A-Za-z])\2*|%/g, (run: string, quoted: string | undefined) => {
    if (run === "''") return "'"
    if (run === '%') return '%%'
    if (quoted !== undefined) return quoted.replaceAll("''", "'").replaceAll('%', '%%')
    const known = joda[run]
    if (known === undefined) refuseUnsupported(place, `'${run}' in a date format`)
    return known
  })
}
