import { type Place, refuse } from './refusal.ts'
import type { DatabaseDefinition, Definition, TableDefinition } from './statement.ts'

/** Reads log files as CloudTrail writes them; any other reader would mean other rows. */
const readers = [
  'org.apache.hive.hcatalog.data.JsonSerDe',
  'com.amazon.emr.hive.serde.CloudTrailSerde',
  'org.openx.data.jsonserde.JsonSerDe',
]

/** Text outside of quotes and parentheses stands in `words`; what is in quotes there in `strings`, by its place. */
interface Outline {
  readonly words: string
  readonly strings: readonly string[]
}

const start: Place = { line: 1, column: 1 }
const name = '[`"]?([A-Za-z0-9_]+)[`"]?'
const head = new RegExp(
  `^\\s*CREATE\\s+EXTERNAL\\s+TABLE\\s+(IF\\s+NOT\\s+EXISTS\\s+)?(?:${name}\\s*\\.\\s*)?${name}\\s*#`,
  'i',
)

const databaseHead = new RegExp(
  `^\\s*CREATE\\s+(?:DATABASE|SCHEMA)\\s+(IF\\s+NOT\\s+EXISTS\\s+)?${name}\\s*(?:COMMENT\\s+\\d+'\\s*)?$`,
  'i',
)

const table = `(?:${name}\\s*\\.\\s*)?${name}`
const dropHead = new RegExp(`^\\s*DROP\\s+TABLE\\s+(IF\\s+EXISTS\\s+)?${table}\\s*$`, 'i')
const repairHead = new RegExp(`^\\s*MSCK\\s+REPAIR\\s+TABLE\\s+${table}\\s*$`, 'i')
const partitions = "(?:PARTITION\\s*#\\s*(?:LOCATION\\s*\\d+'\\s*)?)+"
const alterHead = new RegExp(
  `^\\s*ALTER\\s+TABLE\\s+${table}\\s+ADD\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?${partitions}$`,
  'i',
)

/** The word that a statement begins with, behind comments; upper case. */
function firstWord(text: string): string | undefined {
  return /^\s*(?:(?:--[^\n]*\n|\/\*[\s\S]*?\*\/)\s*)*([A-Za-z]+)\s/.exec(text)?.[1]?.toUpperCase()
}

/** Whether the statement is one for `readDefinition`. */
export function isDefinition(text: string): boolean {
  return ['CREATE', 'DROP', 'ALTER', 'MSCK'].includes(firstWord(text) ?? '')
}

/** How else clients learn what these would tell. */
const instead = ': ListDatabases, ListTableMetadata and GetTableMetadata tell what there is'

/** Statements that Athena runs and Cairn does not, each with what to do instead. */
const unsupported: Readonly<Record<string, string>> = {
  SHOW: instead,
  DESCRIBE: instead,
  DESC: instead,
  EXPLAIN: '',
  UNLOAD: '',
  PREPARE: '',
  EXECUTE: '',
  DEALLOCATE: '',
  INSERT: '',
  UPDATE: '',
  DELETE: '',
  MERGE: '',
  OPTIMIZE: '',
  VACUUM: '',
}

/** @throws Refusal by its name, for a statement that Athena runs and Cairn does not */
export function refuseOthersOfAthena(text: string): void {
  const word = firstWord(text) ?? ''
  if (Object.hasOwn(unsupported, word)) {
    refuse(start, `${word} is not supported by this installation${unsupported[word]}`)
  }
}

/**
 * What Athena's statements make or unmake: databases, tables of log files, and their partitions.
 *
 *     CREATE DATABASE | SCHEMA [IF NOT EXISTS] name [COMMENT …]
 *     DROP TABLE [IF EXISTS] [database.]name
 *     MSCK REPAIR TABLE [database.]name
 *     ALTER TABLE [database.]name ADD [IF NOT EXISTS] { PARTITION ( … ) [LOCATION 's3://…'] } …
 *
 * @throws Refusal for anything else
 */
export function readDefinition(text: string): Definition {
  const outline = outlineOf(text)
  const { words, strings } = outline
  const dropped = dropHead.exec(words)
  if (dropped)
    return { kind: 'drop-table', isIfExists: dropped[1] !== undefined, ...tableNamed(dropped[2], dropped[3]) }
  const found = alterHead.exec(words) ?? repairHead.exec(words)
  if (found) {
    const places = [...words.matchAll(/LOCATION\s*(\d+)'/gi)].flatMap(([, index]) => strings[Number(index)] ?? [])
    return { kind: 'add-partitions', locations: places, ...tableNamed(found[1], found[2]) }
  }
  return readCreateDatabase(outline) ?? readCreateTable(outline)
}

function readCreateDatabase({ words }: Outline): DatabaseDefinition | undefined {
  const [found, isIfNotExists, database = ''] = databaseHead.exec(words) ?? []
  if (found === undefined) return undefined
  return { kind: 'create-database', name: database.toLowerCase(), isIfNotExists: isIfNotExists !== undefined }
}

function tableNamed(database: string | undefined, table = '') {
  return { name: table.toLowerCase(), ...(database !== undefined && { database: database.toLowerCase() }) }
}

/**
 * Athena's statement that names a table over a trail's log files. Only names and places count: the columns are always
 * CloudTrail's.
 *
 *     CREATE EXTERNAL TABLE [IF NOT EXISTS] [database.]name ( columns ) [COMMENT …] [PARTITIONED BY ( columns )]
 *     ROW FORMAT SERDE 'reader' STORED AS INPUTFORMAT '…' OUTPUTFORMAT '…' LOCATION 's3://…' [TBLPROPERTIES ( … )]
 *
 * @throws Refusal for tables of anything else
 * @source AWS Athena User Guide, "Query AWS CloudTrail logs"
 */
function readCreateTable({ words, strings }: Outline): TableDefinition {
  const found = head.exec(words)
  if (!found)
    refuse(start, 'Only databases, and external tables over CloudTrail log files, can be defined in this installation')
  const [, isIfNotExists, database, named] = found
  const reader = stringAfter(words, strings, /ROW\s+FORMAT\s+SERDE\s*(\d+)'/i)
  if (reader === undefined || !readers.includes(reader)) {
    refuse(
      start,
      `Only tables over CloudTrail log files are supported by this installation, not ROW FORMAT SERDE '${reader ?? ''}'`,
    )
  }
  const location = stringAfter(words, strings, /LOCATION\s*(\d+)'/i)
  if (location === undefined || !/^s3:\/\/[^/]+\//.test(location))
    refuse(start, 'LOCATION must be an S3 path: s3://bucket/prefix/')
  return {
    kind: 'create-table',
    ...tableNamed(database, named),
    location,
    isIfNotExists: isIfNotExists !== undefined,
  }
}

function stringAfter(words: string, strings: readonly string[], pattern: RegExp): string | undefined {
  const found = pattern.exec(words)
  return found ? strings[Number(found[1])] : undefined
}

/** Puts `<n>'` for each text in quotes and `#` for each parenthesis at the top. @throws Refusal for open ends */
function outlineOf(text: string): Outline {
  const strings: string[] = []
  let words = ''
  let depth = 0
  for (const [piece] of text.matchAll(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|''|\\[\s\S])*'|[\s\S]/g)) {
    if (piece.startsWith('--') || piece.startsWith('/*')) continue
    if (piece === '(') depth += 1
    else if (piece === ')') {
      depth -= 1
      if (depth === 0) words += '# '
    } else if (depth > 0) continue
    else words += piece.length > 1 ? ` ${strings.push(piece.slice(1, -1)) - 1}' ` : piece
    if (depth < 0) break
  }
  if (depth !== 0) refuse(start, "mismatched input '<EOF>'. Expecting: ')'")
  return { words: words.replace(/;\s*$/, ''), strings }
}
