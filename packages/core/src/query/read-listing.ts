import type { Listing } from './statement.ts'

/** No name and no pattern holds what begins one. */
const comments = /--[^\n]*|\/\*[\s\S]*?\*\//g
const name = '[`"]?([A-Za-z0-9_.-]+)[`"]?'
const pattern = "(?:(?:LIKE\\s+)?'([^']*)')?"
const databases = new RegExp(`^SHOW\\s+(?:DATABASES|SCHEMAS)\\s*${pattern}$`, 'i')
const tables = new RegExp(`^SHOW\\s+TABLES(?:\\s+(?:IN|FROM)\\s+${name})?\\s*${pattern}$`, 'i')

/**
 * Athena's statements that list what there is:
 *
 *     SHOW DATABASES | SCHEMAS [LIKE 'pattern']
 *     SHOW TABLES [IN | FROM database] ['pattern']
 *
 * `undefined` for anything else.
 *
 * @source Athena User Guide, SHOW DATABASES, SHOW TABLES
 */
export function readListing(text: string): Listing | undefined {
  const words = text.replace(comments, ' ').replace(/;\s*$/, '').trim()
  const ofDatabases = databases.exec(words)
  if (ofDatabases) return { kind: 'listing', of: 'databases', ...matching(ofDatabases[1]) }
  const [found, database, wanted] = tables.exec(words) ?? []
  if (found === undefined) return undefined
  return { kind: 'listing', of: 'tables', ...(database && { database: database.toLowerCase() }), ...matching(wanted) }
}

const matching = (pattern: string | undefined) => (pattern === undefined ? {} : { pattern })
