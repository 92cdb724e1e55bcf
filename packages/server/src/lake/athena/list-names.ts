import { type Listing, type QueryStatement, varchar } from '@cairn/core/query'
import type { Sources } from './find-source.ts'
import { namePattern } from './name-pattern.ts'

/** What a listing names, as rows of one column. */
export interface NameRows {
  /** As Athena calls it. */
  readonly utility: 'SHOW_DATABASES' | 'SHOW_TABLES'
  readonly names: readonly string[]
}

/** Answers why there is nothing to list as a text. `current` is the database of the request. */
export function listNames(
  { of, database: named, pattern }: Listing,
  current: { readonly account: string; readonly region: string; readonly database: string },
  known: Pick<Sources, 'databases' | 'hasDatabase' | 'tables'>,
): NameRows | string {
  const wanted = namePattern(pattern ?? '')
  if (of === 'databases') return { utility: 'SHOW_DATABASES', names: known.databases(current).filter(wanted) }
  const place = { ...current, database: named ?? current.database }
  if (!known.hasDatabase(place)) return `FAILED: SemanticException Database does not exist: ${place.database}`
  const names = known.tables(place).map(({ name }) => name)
  return { utility: 'SHOW_TABLES', names: names.filter(wanted) }
}

/** The names as a statement of the engine: a result like any other, which is kept and delivered by the same ways. */
export function statementOf({ utility, names }: NameRows): QueryStatement {
  const rows = names.map((name) => `('${name.replaceAll("'", "''")}')`).join(', ')
  return {
    kind: 'query',
    tables: [],
    columns: [{ label: utility === 'SHOW_TABLES' ? 'tab_name' : 'database_name', type: varchar }],
    text: rows === '' ? "SELECT '' AS c0 WHERE FALSE" : `SELECT c0 FROM (VALUES ${rows}) AS names(c0)`,
  }
}
