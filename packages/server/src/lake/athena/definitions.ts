import type { DatabaseDefinition, Definition, TableDefinition } from '@cairn/core/query'
import type { Buckets } from '../../buckets/index.ts'
import type { Catalog } from '../../ports/catalog.ts'
import type { Clock } from '../../ports/clock.ts'
import { type AthenaTable, athenaDatabaseKey, athenaDatabases, athenaTableKey, athenaTables } from './athena-table.ts'
import type { AthenaSource, Sources } from './find-source.ts'

/** A statement that makes something, or one that can be read and fails all the same. */
export type AthenaDefinition =
  | {
      readonly kind: 'definition'
      readonly definition: Definition
      /** What a new table is of. */
      readonly source?: AthenaSource
    }
  /** Its execution fails at once. */
  | { readonly kind: 'failing'; readonly reason: string; readonly isDefinition: boolean }

/** Where a statement is said. */
interface Current {
  readonly account: string
  readonly region: string
  /** For names without one. */
  readonly database: string
}

/** Databases and tables that CREATE makes, and what becomes of them. */
export interface Definitions {
  /** What a statement would make, or why it cannot. */
  judge(definition: Definition, current: Current): AthenaDefinition
  /** Makes it. Answers why that cannot be. */
  carryOut(definition: Definition, current: Current): Promise<string | undefined>
}

const noIntent = { intentId: undefined }

export function createDefinitions(
  {
    buckets,
    catalog,
    clock,
  }: { readonly buckets: Pick<Buckets, 'find'>; readonly catalog: Catalog; readonly clock: Clock },
  known: Pick<Sources, 'hasDatabase'>,
): Definitions {
  return {
    judge(definition, { account, region, database: current }) {
      if (definition.kind !== 'create-table') return { kind: 'definition', definition }
      const { database = current, location } = definition
      if (!known.hasDatabase({ account, region, database })) {
        return failing(`SemanticException Database does not exist: ${database}`)
      }
      const { bucket: name, prefix } = placeOf(location)
      const bucket = buckets.find(name)
      if (bucket === undefined) return failing(`MetaException(message:The specified bucket does not exist: ${name})`)
      return { kind: 'definition', definition, source: { kind: 'bucket', bucket, prefix } }
    },
    async carryOut(definition, current) {
      switch (definition.kind) {
        case 'create-database':
          return makeDatabase(definition, current)
        case 'create-table':
          return makeTable(definition, current)
        case 'drop-table':
          return dropTable(definition, current)
        case 'add-partitions': {
          const table = catalog.get(athenaTables, athenaTableKey(placeIn(current, definition)))
          return table === undefined ? noTable(definition.name) : partitionProblem(table, definition.locations)
        }
      }
    },
  }

  function dropTable(
    definition: Extract<Definition, { kind: 'drop-table' }>,
    current: Current,
  ): Promise<string | undefined> {
    const key = athenaTableKey(placeIn(current, definition))
    return catalog.change(noIntent, (draft) => {
      const exists = draft.get(athenaTables, key) !== undefined
      if (exists) draft.delete(athenaTables, key)
      return exists || definition.isIfExists ? undefined : noTable(definition.name)
    })
  }

  function makeDatabase(
    { name: database, isIfNotExists }: DatabaseDefinition,
    { account, region }: Current,
  ): Promise<string | undefined> {
    const place = { account, region, database }
    return catalog.change(noIntent, (draft) => {
      const exists = known.hasDatabase(place)
      if (!exists) draft.put(athenaDatabases, athenaDatabaseKey(place), { createdAtMs: clock.nowMs() })
      return exists && !isIfNotExists ? alreadyExists(`Database ${database}`) : undefined
    })
  }

  function makeTable(definition: TableDefinition, current: Current): Promise<string | undefined> {
    const { name, location, isIfNotExists } = definition
    const place = placeIn(current, definition)
    const table = { ...place, ...placeOf(location), createdAtMs: clock.nowMs() }
    return catalog.change(noIntent, (draft) => {
      const exists = draft.get(athenaTables, athenaTableKey(place)) !== undefined
      if (!exists) draft.put(athenaTables, athenaTableKey(place), table)
      return exists && !isIfNotExists ? alreadyExists(`Table ${name}`) : undefined
    })
  }
}

function placeIn(
  { account, region, database: current }: Current,
  { name, database = current }: { readonly name: string; readonly database?: string },
) {
  return { account, region, database: database.toLowerCase(), name }
}

/** What lies below a table's location is in it without partitions; what lies elsewhere never is. */
function partitionProblem({ name, bucket, prefix }: AthenaTable, locations: readonly string[]): string | undefined {
  const own = `s3://${bucket}/${prefix}`
  const elsewhere = locations.find((location) => !location.startsWith(own))
  return elsewhere === undefined
    ? undefined
    : `FAILED: NOT_SUPPORTED: the partition ${elsewhere} is not below ${own}, the location of ${name}`
}

function noTable(name: string): string {
  return `FAILED: SemanticException Table not found ${name}`
}

function failing(problem: string): AthenaDefinition {
  return { kind: 'failing', reason: `FAILED: ${problem}`, isDefinition: true }
}

function alreadyExists(what: string): string {
  return `FAILED: AlreadyExistsException(message:${what} already exists)`
}

function placeOf(location: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(location) ?? []
  return { bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` }
}
