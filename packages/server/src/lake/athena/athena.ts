import {
  type DatabaseDefinition,
  type QueryStatement,
  readStatement,
  requiredTexts,
  type TableDefinition,
  type TableUse,
} from '@cairn/core/query'
import { type Buckets, defaultRetention, withRetention } from '../../buckets/index.ts'
import { Fault } from '../../fault.ts'
import type { Catalog } from '../../ports/catalog.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventLog } from '../../ports/event-log.ts'
import type { LakeResults, ResultRow } from '../../ports/lake-results.ts'
import type { Trails } from '../../trails/index.ts'
import { scanFiles } from '../files/index.ts'
import {
  type DeliverableResult,
  type DeliveryState,
  type LakeQueries,
  type LakeQuery,
  type OpenTables,
  openSnapshots,
} from '../queries/index.ts'
import { athenaSchema, athenaTable, storeColumnsOf } from '../sql/index.ts'
import type { EventDataStores } from '../stores/index.ts'
import type { LakeTables, TableSnapshot } from '../tables/index.ts'
import { athenaCsvLine } from './athena-csv.ts'
import { athenaDatabaseKey, athenaDatabases, athenaTableKey, athenaTables } from './athena-table.ts'
import { failureReason } from './failure-reason.ts'
import { type AthenaSource, createSources, defaultDatabase } from './find-source.ts'
import { bucketFiles, historyFiles } from './source-files.ts'

export interface AthenaRequest {
  readonly account: string
  readonly region: string
  readonly caller: string
  /** As sent. */
  readonly text: string
  readonly parameters?: readonly string[]
  readonly database?: string
  readonly catalog?: string
  /** Where the CSV goes: the caller may put it there. */
  readonly output?: { readonly bucket: string; readonly prefix?: string; readonly uri: string }
}

/** What a text asks for. */
export type AthenaStatement =
  /** It is no statement: no execution comes of it. */
  | { readonly kind: 'refused'; readonly message: string }
  /** It is one, and its execution fails at once. */
  | { readonly kind: 'failing'; readonly reason: string; readonly isDefinition: boolean }
  | { readonly kind: 'database'; readonly definition: DatabaseDefinition }
  | { readonly kind: 'definition'; readonly definition: TableDefinition; readonly source: AthenaSource }
  | {
      readonly kind: 'query'
      readonly statement: QueryStatement
      /** Of each table, in the order of the statement. */
      readonly sources: readonly AthenaSource[]
    }

/** The calls of Athena that CloudTrail's users make, over stores, buckets and the history. */
export interface Athena {
  read(
    request: Pick<AthenaRequest, 'text' | 'parameters' | 'database' | 'catalog' | 'account' | 'region'>,
  ): AthenaStatement
  /** @throws Fault `lake.too-many-queries` */
  start(request: AthenaRequest, statement: Exclude<AthenaStatement, { kind: 'refused' }>): Promise<LakeQuery>
}

export function createAthena(options: {
  readonly queries: LakeQueries
  readonly tables: LakeTables
  readonly stores: EventDataStores
  readonly trails: Trails
  readonly buckets: Pick<Buckets, 'find' | 'ofAccount' | 'objects'>
  readonly catalog: Catalog
  readonly log: EventLog
  readonly clock: Clock
  readonly results: Pick<LakeResults, 'scratch'>
}): Athena {
  const { queries, tables, buckets, catalog, log, clock, results } = options
  const known = createSources(options)

  /** The rows of one table of a statement. */
  async function snapshotOf(
    source: AthenaSource,
    use: TableUse,
    { text, account, parameters }: AthenaRequest,
    statement: QueryStatement,
    signal: AbortSignal,
  ): Promise<TableSnapshot> {
    if (source.kind === 'store') return tables.snapshot(source.store.id)
    const folder = await results.scratch()
    const remove = async () => folder[Symbol.asyncDispose]()
    try {
      const { snapshot } = await scanFiles({
        files:
          source.kind === 'history'
            ? historyFiles(log, account, signal)
            : bucketFiles(buckets, { bucket: source.bucket.name, prefix: source.prefix }, use, signal),
        columns: storeColumnsOf(statement),
        needs: parameters === undefined ? requiredTexts(text) : [],
        folder: folder.path,
        signal,
      })
      // Released when the query ends, which does not wait for files to go.
      return { ...snapshot, release: () => void remove().catch(() => undefined) }
    } catch (error) {
      await remove()
      throw error
    }
  }

  function open(
    request: AthenaRequest,
    statement: QueryStatement,
    sources: readonly AthenaSource[],
    signal: AbortSignal,
  ): Promise<OpenTables> {
    const take = statement.tables.flatMap((use, at) => {
      const source = sources[at]
      return source === undefined ? [] : [() => snapshotOf(source, use, request, statement, signal)]
    })
    return openSnapshots(take, statement, athenaTable)
  }

  /** The CSV of a result, `<location>/<id>.csv`. */
  async function deliver(
    { bucket: name, prefix }: NonNullable<AthenaRequest['output']>,
    { query, rows }: DeliverableResult,
  ): Promise<DeliveryState> {
    const bucket = buckets.find(name)
    if (bucket === undefined) return 'RESOURCE_NOT_FOUND'
    try {
      await buckets.objects.put({
        bucket: name,
        key: `${prefix === undefined ? '' : `${prefix}/`}${query.id}.csv`,
        headers: { 'content-type': 'application/octet-stream' },
        body: csvOf(query, rows),
        attributes: withRetention(defaultRetention(bucket.lock, clock.nowMs())),
        keepsVersions: bucket.versioning === 'Enabled',
        writtenBy: `athena-${query.id}`,
      })
      return 'SUCCESS'
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return error.code === 'object.no-such-bucket' ? 'RESOURCE_NOT_FOUND' : 'FAILED'
    }
  }

  return {
    read({ text, parameters, account, region, database: current = defaultDatabase, catalog: home = catalogName }) {
      const sources = new Map<string, AthenaSource>()
      const read = readStatement(text, {
        dialect: 'athena',
        ...(parameters && { parameters }),
        tables(name, qualifiers) {
          const [database = current, container = home] = qualifiers.toReversed()
          if (container.toLowerCase() !== catalogName) return `Catalog '${container}' does not exist`
          const place = { account, region, database: database.toLowerCase(), name }
          if (!known.hasDatabase(place)) return `Schema '${place.database}' does not exist`
          const source = known.find(place)
          if (source === undefined) return `Table '${catalogName}.${place.database}.${name}' does not exist`
          sources.set([...qualifiers, name].join('.'), source)
          return athenaSchema
        },
      })
      if (read.kind === 'refused') {
        return read.isSyntax ? read : { kind: 'failing', reason: failureReason(read.message), isDefinition: false }
      }
      if (read.kind === 'create-database') return { kind: 'database', definition: read }
      if (read.kind === 'create-table') return definitionOf(read, { account, region, database: current })
      const used = read.tables.flatMap(({ name }) => sources.get(name) ?? [])
      return { kind: 'query', statement: read, sources: used }
    },
    async start(request, asked) {
      const { account, region, caller, text, database, catalog: named, parameters, output } = request
      const statement = asked.kind === 'query' ? asked.statement : nothing
      const reason = asked.kind === 'failing' ? asked.reason : await carryOut(request, asked)
      const isDefinition = asked.kind === 'failing' ? asked.isDefinition : asked.kind !== 'query'
      return queries.start({
        account,
        region,
        caller,
        text,
        statement,
        stores: [],
        openTables: (signal) => open(request, statement, asked.kind === 'query' ? asked.sources : [], signal),
        ...(reason !== undefined && { failure: reason }),
        ...(output && { delivery: { ...output, deliver: (result) => deliver(output, result) } }),
        athena: {
          ...(database !== undefined && { database }),
          ...(named !== undefined && { catalog: named }),
          ...(parameters && { parameters }),
          ...(isDefinition && { isDefinition: true }),
        },
      })
    },
  }

  function definitionOf(
    definition: TableDefinition,
    { database, ...around }: Pick<AthenaRequest, 'account' | 'region'> & { readonly database: string },
  ): AthenaStatement {
    const place = { ...around, database: definition.database ?? database }
    if (!known.hasDatabase(place)) return failing(`SemanticException Database does not exist: ${place.database}`)
    const { bucket: name, prefix } = placeOf(definition.location)
    const bucket = buckets.find(name)
    if (bucket === undefined) return failing(`MetaException(message:The specified bucket does not exist: ${name})`)
    return { kind: 'definition', definition, source: { kind: 'bucket', bucket, prefix } }
  }

  /** What a statement defines. Answers why that cannot be. */
  async function carryOut(
    request: AthenaRequest,
    asked: Exclude<AthenaStatement, { kind: 'refused' | 'failing' }>,
  ): Promise<string | undefined> {
    if (asked.kind === 'query') return undefined
    return asked.kind === 'database' ? makeDatabase(request, asked.definition) : define(request, asked.definition)
  }

  async function makeDatabase(
    { account, region }: AthenaRequest,
    { name: database, isIfNotExists }: DatabaseDefinition,
  ): Promise<string | undefined> {
    const place = { account, region, database }
    return catalog.change({ intentId: undefined }, (draft) => {
      if (!known.hasDatabase(place)) {
        draft.put(athenaDatabases, athenaDatabaseKey(place), { createdAtMs: clock.nowMs() })
      } else if (!isIfNotExists) return `FAILED: AlreadyExistsException(message:Database ${database} already exists)`
      return undefined
    })
  }

  async function define(
    { account, region, database: current = defaultDatabase }: AthenaRequest,
    { name, database = current, location, isIfNotExists }: TableDefinition,
  ): Promise<string | undefined> {
    const place = { account, region, database: database.toLowerCase(), name }
    const table = { ...place, ...placeOf(location), createdAtMs: clock.nowMs() }
    return catalog.change({ intentId: undefined }, (draft) => {
      const key = athenaTableKey(place)
      const exists = draft.get(athenaTables, key) !== undefined
      if (exists && !isIfNotExists) return `FAILED: AlreadyExistsException(message:Table ${name} already exists)`
      if (!exists) draft.put(athenaTables, key, table)
      return undefined
    })
  }
}

/** Athena's own. */
const catalogName = 'awsdatacatalog'

function failing(problem: string): AthenaStatement {
  return { kind: 'failing', reason: `FAILED: ${problem}`, isDefinition: true }
}

/** What runs for a statement that only defined something. */
const nothing: QueryStatement = { kind: 'query', tables: [], columns: [], text: 'SELECT 1 WHERE FALSE' }

function placeOf(location: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(location) ?? []
  return { bucket, prefix }
}

async function* csvOf({ columns }: LakeQuery, rows: AsyncIterable<readonly ResultRow[]>): AsyncGenerator<Uint8Array> {
  if (columns.length > 0) yield Buffer.from(athenaCsvLine(columns))
  for await (const some of rows) yield Buffer.from(some.map(athenaCsvLine).join(''))
}
