import { analyseQuery } from './analyse-query.ts'
import type { Analysis, MutableTableUse } from './analysis.ts'
import { createCursor } from './cursor.ts'
import { widest } from './event-time-bounds.ts'
import { withParameters } from './parameters.ts'
import { parseQuery } from './parse-query.ts'
import { anyOf } from './partition-values.ts'
import { isDefinition, readDefinition, refuseOthersOfAthena } from './read-definition.ts'
import { readListing } from './read-listing.ts'
import { Refusal, refuse } from './refusal.ts'
import type {
  Definition,
  Listing,
  QueryStatement,
  ReadOptions,
  ReadStatement,
  RefusedStatement,
  TableUse,
} from './statement.ts'
import type { QueryNode, SelectNode } from './syntax-tree.ts'
import { tokenize } from './token.ts'

/** As the services' own limits; with parameters put in, Lake's may grow by ten of a thousand characters each. */
const charsMax = { lake: 10_000, athena: 262_144 }
const parameterCharsMax = 10 * 1024

/**
 * Judges one statement and rewrites it for the engine. Pure; takes milliseconds.
 *
 * Whatever the text, what comes back is either refused or reads the tables that `options.tables` knows and nothing else.
 */
export function readStatement(text: string, options: ReadOptions): ReadStatement {
  const parsed = orRefused(true, () => parse(text, options))
  return parsed.kind === 'parsed' ? orRefused(false, () => analyse(parsed.query, options)) : parsed
}

function orRefused<Read>(isSyntax: boolean, read: () => Read): Read | RefusedStatement {
  try {
    return read()
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', message: error.message, isSyntax }
    // Depth is bounded where it is read; how much stack a level takes is not ours to know.
    if (error instanceof RangeError) return { kind: 'refused', message: 'line 1:1: statement is too large', isSyntax }
    throw error
  }
}

function parse(
  text: string,
  options: ReadOptions,
): Definition | Listing | { readonly kind: 'parsed'; readonly query: QueryNode } {
  const start = { line: 1, column: 1 }
  const max = charsMax[options.dialect]
  if (text.length > max) refuse(start, `statement is too large (more than ${max} characters)`)
  const whole = withParameters(text, options.parameters ?? [])
  if (whole.length > max + parameterCharsMax) refuse(start, 'statement is too large')
  if (options.dialect === 'athena') {
    if (isDefinition(whole)) return readDefinition(whole)
    const listing = readListing(whole)
    if (listing !== undefined) return listing
    refuseOthersOfAthena(whole)
  }
  const cursor = createCursor(tokenize(whole))
  const query = parseQuery(cursor)
  // A semicolon at the end is harmless; anything behind it is a second statement.
  cursor.accept(';')
  if (cursor.peek().kind !== 'end') cursor.mismatch('<EOF>')
  return { kind: 'parsed', query }
}

function analyse(query: QueryNode, options: ReadOptions): QueryStatement {
  const { body, with: common } = query
  const isCounted = options.countsMatches === true && body.kind === 'select' && common === undefined
  const analysis = createAnalysis(options, isCounted ? body : undefined)
  const { columns, text: engineText, countsMatches } = analyseQuery(query, analysis, { found: new Map() }, undefined)
  return {
    kind: 'query',
    text: engineText,
    ...(countsMatches && { countsMatches }),
    columns: columns.map(({ label, type }) => ({ label, type })),
    tables: [...analysis.uses].map(([name, use]) => ({
      name,
      schema: use.schema,
      columns: [...use.columns],
      fields: fieldsRead(use),
      eventTime: widest(use.scans.map(({ eventTime }) => eventTime)),
      partitions: anyOf(use.scans.map(({ partitions }) => partitions)),
    })),
  }
}

/** Of columns that are read whole, nothing. */
function fieldsRead({ paths }: MutableTableUse): TableUse['fields'] {
  const inParts = [...paths].filter(([, read]) => !read.has(''))
  return Object.fromEntries(inParts.map(([column, read]) => [column, [...read.values()]]))
}

function createAnalysis({ tables, dialect }: ReadOptions, counted: SelectNode | undefined): Analysis {
  let names = 0
  const analysis: Analysis = {
    tables,
    dialect,
    counted,
    uses: new Map(),
    newName(prefix) {
      names += 1
      return `${prefix}${names}`
    },
    queryIn: (node, common, parent) => analyseQuery(node, analysis, common, parent),
    query: (node, parent) => analyseQuery(node, analysis, { found: new Map() }, parent),
  }
  return analysis
}
