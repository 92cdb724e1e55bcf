/*
 * Pattern  = ( Text | "*" | "?" | Variable )*
 * Variable = "${" Key [ "," "'" Default "'" ] "}"   (documents of 2012-10-17 only)
 *          | "${*}" | "${?}" | "${$}"               (the character itself)
 */

export type PatternPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `?`: one character. */
  | { readonly kind: 'one' }
  /** `*`: any number of characters. */
  | { readonly kind: 'many' }
  /** `key` in lower case: condition keys know no case. */
  | { readonly kind: 'variable'; readonly key: string; readonly fallback?: string }

export interface PatternSyntax {
  readonly wildcards: boolean
  readonly variables: boolean
}

const variableBody = /^([^,'{}\s]+)\s*(?:,\s*'([^']*)'\s*)?$/

/** Takes a pattern apart. What is not quite a variable is text, as on AWS. */
export function parsePattern(text: string, syntax: PatternSyntax): readonly PatternPart[] {
  const parts: PatternPart[] = []
  let plain = ''
  const push = (part: PatternPart): void => {
    if (plain !== '') parts.push({ kind: 'text', text: plain })
    plain = ''
    parts.push(part)
  }
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (syntax.wildcards && character === '*') {
      // Several in a row are one, so that a long row costs nothing.
      if (plain !== '' || parts.at(-1)?.kind !== 'many') push({ kind: 'many' })
    } else if (syntax.wildcards && character === '?') push({ kind: 'one' })
    else if (syntax.variables && character === '$' && text[index + 1] === '{') {
      const end = text.indexOf('}', index)
      const body = end < 0 ? '' : text.slice(index + 2, end)
      const match = variableBody.exec(body)
      if (body === '*' || body === '?' || body === '$') plain += body
      else if (match?.[1] !== undefined) push(variable(match[1], match[2]))
      else {
        plain += character
        continue
      }
      index = end
    } else plain += character
  }
  if (plain !== '') parts.push({ kind: 'text', text: plain })
  return parts
}

function variable(key: string, fallback: string | undefined): PatternPart {
  const lowered = key.toLowerCase()
  return fallback === undefined ? { kind: 'variable', key: lowered } : { kind: 'variable', key: lowered, fallback }
}

/** Puts values in the place of variables; they are text, whatever they hold. `undefined` when one has no value. */
export function substitute(
  parts: readonly PatternPart[],
  lookUp: (key: string) => string | undefined,
): readonly PatternPart[] | undefined {
  const out: PatternPart[] = []
  for (const part of parts) {
    if (part.kind !== 'variable') out.push(part)
    else {
      const text = lookUp(part.key) ?? part.fallback
      if (text === undefined) return undefined
      out.push({ kind: 'text', text })
    }
  }
  return out
}
