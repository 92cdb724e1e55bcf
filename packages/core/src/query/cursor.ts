import { type Place, refuse } from './refusal.ts'
import type { Name } from './syntax-tree.ts'
import type { Token } from './token.ts'

/**
 * How deep parentheses, calls and subqueries may nest. Statements that people write stay below 30; each level costs
 * stack here and in the engine, which gives up at 1000.
 */
const depthMax = 200

/**
 * Links in one chain such as `a + b + c` or `x UNION y UNION z`. They lean to the left and cost a level of stack each, here
 * and in the engine. AND and OR are not counted: their terms stand side by side.
 */
const linksMax = 300

const reserved = new Set(
  (
    'ALTER AND AS BETWEEN BY CASE CAST CONSTRAINT CREATE CROSS CUBE CURRENT_CATALOG CURRENT_DATE CURRENT_PATH ' +
    'CURRENT_ROLE CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEALLOCATE DELETE DESCRIBE DISTINCT DROP ' +
    'ELSE END ESCAPE EXCEPT EXECUTE EXISTS EXTRACT FALSE FOR FROM FULL GROUP GROUPING HAVING IN INNER INSERT INTERSECT ' +
    'INTO IS JOIN JSON_ARRAY JSON_EXISTS JSON_OBJECT JSON_QUERY JSON_TABLE JSON_VALUE LEFT LIKE LISTAGG LOCALTIME ' +
    'LOCALTIMESTAMP NATURAL NORMALIZE NOT NULL ON OR ORDER OUTER PREPARE RECURSIVE RIGHT ROLLUP SELECT SKIP TABLE THEN ' +
    'TRIM TRUE UESCAPE UNION UNNEST USING VALUES WHEN WHERE WITH'
  ).split(' '),
)

/** Walks the tokens of one statement. */
export interface Cursor {
  /** The token `ahead` places on; `end` behind the last. */
  peek(ahead?: number): Token
  next(): Token
  /** Whether the next tokens are these keywords or symbols. */
  sees(...keys: readonly string[]): boolean
  /** Takes the next tokens if they are these. */
  accept(...keys: readonly string[]): boolean
  /** @throws Refusal unless the next tokens are these; answers where the first stands */
  expect(...keys: readonly string[]): Place
  /** Whether an identifier comes: a word that is not reserved, or a quoted name. */
  seesName(ahead?: number): boolean
  expectName(): Name
  /** Reads one or more with commas between. */
  list<T>(read: () => T): T[]
  /** @throws Refusal when it nests too deep */
  nested<T>(read: () => T): T
  /** @throws Refusal when a chain has as many links already as it may */
  oneMoreLink(links: number): void
  /** @throws Refusal, always */
  mismatch(expecting: string): never
}

/** Stands before the first token. `tokens` are those of `tokenize`, whose last is `end`. */
export function createCursor(tokens: readonly Token[]): Cursor {
  const last = tokens.at(-1)
  if (last?.kind !== 'end') throw new TypeError('tokens without an end')
  let at = 0
  let depth = 0
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? last
  const sees = (...keys: readonly string[]) => keys.every((key, index) => peek(index).key === key)
  const next = (): Token => {
    const token = peek()
    at += 1
    return token
  }
  const mismatch = (expecting: string): never =>
    refuse(peek(), `mismatched input '${peek().text}'. Expecting: ${expecting}`)
  const seesName = (ahead = 0): boolean => {
    const token = peek(ahead)
    return token.kind === 'quoted' || (token.kind === 'word' && !reserved.has(token.key))
  }
  return {
    peek,
    next,
    sees,
    seesName,
    mismatch,
    accept(...keys) {
      if (!sees(...keys)) return false
      at += keys.length
      return true
    },
    expect(...keys) {
      const place = peek()
      for (const key of keys) {
        if (peek().key !== key) mismatch(`'${key}'`)
        next()
      }
      return place
    },
    expectName() {
      if (!seesName()) mismatch('<identifier>')
      const token = next()
      return { text: token.text, key: token.text.toLowerCase(), line: token.line, column: token.column }
    },
    list(read) {
      const items = [read()]
      while (peek().key === ',') {
        next()
        items.push(read())
      }
      return items
    },
    oneMoreLink(links) {
      if (links >= linksMax) refuse(peek(), 'statement is too large (a chain of too many operators)')
    },
    nested(read) {
      depth += 1
      if (depth > depthMax) refuse(peek(), 'statement is too large (nests too deep)')
      try {
        return read()
      } finally {
        depth -= 1
      }
    },
  }
}
