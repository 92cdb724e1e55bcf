/**
 * The record of a JSON text; `undefined` when it is not one JSON object. Numbers keep their spelling when they are
 * written again.
 */
export function parseRecord(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const record = parseExactly(text)
    return typeof record === 'object' && record !== null && !Array.isArray(record)
      ? (record as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}

/**
 * Parses JSON so that its numbers keep their spelling when they are written again: `12345678901234567890`, `1.0` and
 * `1e400` would not survive a JavaScript number. Most records hold none of those, and are parsed the usual, fast way.
 *
 * @throws SyntaxError
 */
export function parseExactly(text: string): unknown {
  return oddNumber.test(text) ? parse(text, keepSpelling) : parse(text)
}

/**
 * A number that may not be written as it was read. Finds some inside strings, which only costs time: eight times as much,
 * so that the colons of a time of day must not look like the one behind a member's name.
 */
const oddNumber = /(?:"\s*:|[[,])\s*(?:-?\d{16}|-?\d+[.eE]|-0)/

/** ECMAScript 2026; the compiler's library does not have it yet. */
interface ExactJson {
  parse(text: string, reviver?: typeof keepSpelling): unknown
  rawJSON(text: string): unknown
  isRawJSON(value: unknown): boolean
}

const { parse, rawJSON, isRawJSON } = JSON as unknown as ExactJson

/** Whether a parsed value is a number that stands there as it is spelled. */
export function isExactNumber(value: unknown): boolean {
  return isRawJSON(value)
}

function keepSpelling(_name: string, value: unknown, context: { readonly source?: string }): unknown {
  const { source } = context
  return typeof value === 'number' && source !== undefined && String(value) !== source ? rawJSON(source) : value
}
