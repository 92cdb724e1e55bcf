import { type Place, refuse } from './refusal.ts'

export type TokenKind = 'word' | 'quoted' | 'table-id' | 'string' | 'integer' | 'decimal' | 'double' | 'symbol' | 'end'

export interface Token extends Place {
  readonly kind: TokenKind
  /** What it stands for: without quotes, doubled quotes made one. */
  readonly text: string
  /** What keywords and symbols are compared with; `` for what can be neither. */
  readonly key: string
  /** Where its characters stand in the text. */
  readonly start: number
  readonly end: number
}

/** An event data store's id. Lake takes it unquoted, which Trino's own grammar does not. */
const tableId = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z_-])/iy
const word = /[a-z_][a-z0-9_]*/iy
const double = /(?:\d+(?:\.\d*)?|\.\d+)e[+-]?\d+/iy
const decimal = /\d+\.\d*|\.\d+/y
const integer = /\d+/y
const symbol = /->|=>|<>|!=|<=|>=|\|\||[-+*/%=<>(),.[\]?;:]/y
const blank = /(?:\s|--[^\r\n]*|\/\*[\s\S]*?\*\/)+/y

/**
 * The tokens of a statement, with an `end` behind the last. Comments and white space are skipped.
 *
 * @throws Refusal
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  const placeOf = placeFinder(text)
  const match = (pattern: RegExp, at: number): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  let at = 0
  while (true) {
    at += match(blank, at)?.length ?? 0
    const place = placeOf(at)
    if (at >= text.length) {
      tokens.push({ ...place, kind: 'end', text: '<EOF>', key: '<EOF>', start: at, end: at })
      return tokens
    }
    const token = tokenAt(text, at, place, match)
    tokens.push({ ...place, ...token, start: at })
    at = token.end
  }
}

type TokenText = Pick<Token, 'kind' | 'text' | 'key' | 'end'>

function tokenAt(
  text: string,
  at: number,
  place: Place,
  match: (pattern: RegExp, at: number) => string | undefined,
): TokenText {
  const first = text[at] ?? ''
  if (first === "'" || first === '"') return quotedAt(text, at, place, first)
  const id = match(tableId, at)
  if (id !== undefined) return { kind: 'table-id', text: id, key: '', end: at + id.length }
  const name = match(word, at)
  if (name !== undefined) {
    const end = at + name.length
    // X'…' and U&'…' are literals of kinds that nothing here reads: they must not come out as a name and a string.
    if (/^x$/i.test(name) && text[end] === "'") refuse(place, 'Binary literals are not supported by this installation')
    return { kind: 'word', text: name, key: name.toUpperCase(), end }
  }
  for (const [kind, pattern] of [
    ['double', double],
    ['decimal', decimal],
    ['integer', integer],
  ] as const) {
    const number = match(pattern, at)
    if (number === undefined) continue
    if (match(word, at + number.length) !== undefined) {
      refuse(place, 'identifiers must not start with a digit; surround the identifier with double quotes')
    }
    return { kind, text: number, key: '', end: at + number.length }
  }
  const sign = match(symbol, at)
  if (sign !== undefined) return { kind: 'symbol', text: sign, key: sign === '!=' ? '<>' : sign, end: at + sign.length }
  if (first === '$' && /^\$EDS_ID\b/i.test(text.slice(at, at + 8))) {
    refuse(place, 'Event data store ID is not specified: replace $EDS_ID with the ID of an event data store')
  }
  if (first === '`') refuse(place, 'backquoted identifiers are not supported; use double quotes to quote identifiers')
  refuse(place, `mismatched input '${String.fromCodePoint(text.codePointAt(at) ?? 0)}'`)
}

function quotedAt(text: string, at: number, place: Place, quote: "'" | '"'): TokenText {
  let end = at + 1
  while (true) {
    const close = text.indexOf(quote, end)
    if (close === -1) refuse(place, `mismatched input '${quote}'`)
    if (text[close + 1] !== quote) {
      const inner = text.slice(at + 1, close).replaceAll(quote + quote, quote)
      // The engine's text would end there.
      if (quote === '"' && inner.includes('\0')) refuse(place, "mismatched input '\\0'")
      if (quote === '"' && inner === '') refuse(place, 'Zero-length delimited identifier not allowed')
      return { kind: quote === '"' ? 'quoted' : 'string', text: inner, key: '', end: close + 1 }
    }
    end = close + 2
  }
}

/** Offsets must be asked for in ascending order. */
function placeFinder(text: string): (offset: number) => Place {
  let line = 1
  let lineStart = 0
  let next = text.indexOf('\n')
  return (offset) => {
    while (next !== -1 && next < offset) {
      line += 1
      lineStart = next + 1
      next = text.indexOf('\n', lineStart)
    }
    return { line, column: offset - lineStart + 1 }
  }
}
