import { refuse } from './refusal.ts'

/** A comment, a text, a quoted name, or a question mark. */
const piece = /--[^\r\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g

/**
 * Puts parameters in place of `?`, in order and as they are: Lake does so before it reads the statement, so that `'?'`
 * is a place too, and quotes are the caller's business.
 *
 * @throws Refusal when there are not as many as places
 */
export function withParameters(text: string, parameters: readonly string[]): string {
  if (parameters.length === 0) return text
  const isPlace = (found: string) => found === '?' || found === "'?'"
  const places = text.match(piece)?.filter(isPlace).length ?? 0
  if (places !== parameters.length) {
    refuse({ line: 1, column: 1 }, `Incorrect number of parameters: expected ${places} but found ${parameters.length}`)
  }
  let next = 0
  return text.replace(piece, (found) => {
    if (!isPlace(found)) return found
    const parameter = parameters[next] ?? ''
    next += 1
    return found === '?' ? parameter : `'${parameter}'`
  })
}
