import { ProtocolError } from './protocol-error.ts'

/** One `name=value`, decoded. */
export type Parameter = readonly [name: string, value: string]

/** Far above what any call needs (10,000 is ten times IAM's largest), far below what would take noticeable time. */
const parametersMax = 10_000

/**
 * Reads a query string or a form body:
 *
 *     form      = [ parameter *( "&" parameter ) ]
 *     parameter = name [ "=" value ]              ; empty ones are skipped
 *     name, value: percent-encoded UTF-8, "+" is a space
 *
 * @throws ProtocolError with `code` on a bad percent encoding or too many parameters
 */
export function readForm(text: string, code: string): Parameter[] {
  const parameters: Parameter[] = []
  let start = 0
  while (start < text.length) {
    const ampersand = text.indexOf('&', start)
    const end = ampersand < 0 ? text.length : ampersand
    if (end > start) {
      if (parameters.length === parametersMax) throw new ProtocolError(code, 'The request has too many parameters.')
      const equals = text.indexOf('=', start)
      const nameEnd = equals < 0 || equals > end ? end : equals
      parameters.push([decode(text.slice(start, nameEnd), code), decode(text.slice(nameEnd + 1, end), code)])
    }
    start = end + 1
  }
  return parameters
}

function decode(text: string, code: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  return decodePercent(spaced, code)
}

/** Percent-decodes a part of a path, where `+` is itself. @throws ProtocolError with `code` */
export function decodePercent(text: string, code: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new ProtocolError(code, "Couldn't parse the specified URI.", { cause })
  }
}
