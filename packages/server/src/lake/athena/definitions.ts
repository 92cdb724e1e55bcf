import type { DatabaseDefinition, TableDefinition } from '@cairn/core/query'
import type { Buckets } from '../../buckets/index.ts'
import type { Catalog } from '../../ports/catalog.ts'
import type { Clock } from '../../ports/clock.ts'
import { athenaDatabaseKey, athenaDatabases, athenaTableKey, athenaTables } from './athena-table.ts'
import type { AthenaSource, Sources } from './find-source.ts'

/** A statement that makes something, or one that can be read and fails all the same. */
export type AthenaDefinition =
  | { readonly kind: 'database'; readonly definition: DatabaseDefinition }
  | { readonly kind: 'definition'; readonly definition: TableDefinition; readonly source: AthenaSource }
  /** Its execution fails at once. */
  | { readonly kind: 'failing'; readonly reason: string; readonly isDefinition: boolean }

/** Where a statement is said. */
interface Current {
  readonly account: string
  readonly region: string
  /** For names without one. */
  readonly database: string
}

/** Databases and tables that CREATE makes. */
export interface Definitions {
  /** What a statement would make, or why it cannot. */
  judge(definition: DatabaseDefinition | TableDefinition, current: Current): AthenaDefinition
  /** Makes it. Answers why that cannot be. */
  carryOut(definition: DatabaseDefinition | TableDefinition, current: Current): Promise<string | undefined>
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
      if (definition.kind === 'create-database') return { kind: 'database', definition }
      const { database = current, location } = definition
      if (!known.hasDatabase({ account, region, database })) {
        return failing(`SemanticException Database does not exist: ${database}`)
      }
      const { bucket: name, prefix } = placeOf(location)
      const bucket = buckets.find(name)
      if (bucket === undefined) return failing(`MetaException(message:The specified bucket does not exist: ${name})`)
      return { kind: 'definition', definition, source: { kind: 'bucket', bucket, prefix } }
    },
    carryOut: (definition, current) =>
      definition.kind === 'create-database' ? makeDatabase(definition, current) : makeTable(definition, current),
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

  function makeTable(
    { name, database: named, location, isIfNotExists }: TableDefinition,
    { account, region, database: current }: Current,
  ): Promise<string | undefined> {
    const place = { account, region, database: (named ?? current).toLowerCase(), name }
    const table = { ...place, ...placeOf(location), createdAtMs: clock.nowMs() }
    return catalog.change(noIntent, (draft) => {
      const exists = draft.get(athenaTables, athenaTableKey(place)) !== undefined
      if (!exists) draft.put(athenaTables, athenaTableKey(place), table)
      return exists && !isIfNotExists ? alreadyExists(`Table ${name}`) : undefined
    })
  }
}

function failing(problem: string): AthenaDefinition {
  return { kind: 'failing', reason: `FAILED: ${problem}`, isDefinition: true }
}

function alreadyExists(what: string): string {
  return `FAILED: AlreadyExistsException(message:${what} already exists)`
}

function placeOf(location: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(location) ?? []
  return { bucket, prefix }
}
