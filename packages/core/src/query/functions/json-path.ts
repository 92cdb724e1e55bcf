import { quotedText } from '../engine-text.ts'
import { type Place, refuse, refuseUnsupported } from '../refusal.ts'

/**
 * Trino's paths, `$.a["b c"][0]`, as the engine's.
 *
 *     path = "$" { "." key | "[" ( digits | quoted | key ) "]" }
 *     key  = one or more of letters, digits, `_` `-` `:` `$`; in brackets without `:` and `$`
 *
 * @throws Refusal when it is none, or is not a literal
 */
export function jsonPath(place: Place, literal: string | undefined): string {
  if (literal === undefined) refuseUnsupported(place, 'a JSON path that is not a literal')
  const invalid = () => refuse(place, `Invalid JSON path: '${literal}'`)
  if (!literal.startsWith('$')) invalid()
  let path = '$'
  let at = 1
  while (at < literal.length) {
    const rest = literal.slice(at)
    const key = /^\.([\p{L}\p{Nd}_:$-]+)/u.exec(rest)
    const index = /^\[(\d+)\]/.exec(rest)
    const name = key ?? /^\["([^"\\]*)"\]/.exec(rest) ?? /^\[([\p{L}\p{Nd}_-]+)\]/u.exec(rest)
    // Trino takes such a key for a place when it comes upon an array.
    if (key && /^\d+$/.test(key[1] ?? '')) refuseUnsupported(place, 'a JSON path with a number as a key')
    if (index) path += `[${Number(index[1])}]`
    else if (name) path += `."${name[1]}"`
    else if (rest.startsWith('["')) refuseUnsupported(place, 'a JSON path with escapes')
    else invalid()
    at += (index ?? name)?.[0].length ?? 1
  }
  return quotedText(path)
}
