import {
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
import { athenaTableKey, athenaTables } from './athena-table.ts'
import { type AthenaSource, createSourceFinder, defaultDatabase } from './find-source.ts'
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
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'definition'; readonly definition: TableDefinition; readonly source: AthenaSource }
  | {
      readonly kind: 'query'
      readonly statement: QueryStatement
      /** Of each table, in the order of the statement. */
      readonly sources: readonly AthenaSource[]
    }

/** The calls of Athena that CloudTrail's users make, over stores, buckets and the history. */
export interface Athena {
  read(request: Pick<AthenaRequest, 'text' | 'parameters' | 'database' | 'account' | 'region'>): AthenaStatement
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
  const find = createSourceFinder(options)

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
            : bucketFiles(buckets, { bucket: source.bucket.name, prefix: source.prefix }, use.eventTime, signal),
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
    read({ text, parameters, account, region, database = defaultDatabase }) {
      const sources = new Map<string, AthenaSource>()
      const read = readStatement(text, {
        dialect: 'athena',
        ...(parameters && { parameters }),
        tables(name) {
          const source = find({ account, region, database, name })
          if (source !== undefined) sources.set(name, source)
          return source && athenaSchema
        },
      })
      if (read.kind === 'refused') return read
      if (read.kind === 'create-table') return definitionOf(read)
      const used = read.tables.flatMap(({ name }) => sources.get(name) ?? [])
      return { kind: 'query', statement: read, sources: used }
    },
    async start(request, asked) {
      const { account, region, caller, text, database, catalog: named, parameters, output } = request
      const statement = asked.kind === 'query' ? asked.statement : nothing
      if (asked.kind === 'definition') await define(request, asked.definition)
      return queries.start({
        account,
        region,
        caller,
        text,
        statement,
        stores: [],
        openTables: (signal) => open(request, statement, asked.kind === 'query' ? asked.sources : [], signal),
        ...(output && { delivery: { ...output, deliver: (result) => deliver(output, result) } }),
        athena: {
          ...(database !== undefined && { database }),
          ...(named !== undefined && { catalog: named }),
          ...(parameters && { parameters }),
          ...(asked.kind === 'definition' && { isDefinition: true }),
        },
      })
    },
  }

  function definitionOf(definition: TableDefinition): AthenaStatement {
    const { bucket: name, prefix } = placeOf(definition.location)
    const bucket = buckets.find(name)
    if (bucket === undefined) return { kind: 'refused', message: `The location ${definition.location} does not exist.` }
    return { kind: 'definition', definition, source: { kind: 'bucket', bucket, prefix } }
  }

  async function define(
    { account, region, database: current = defaultDatabase }: AthenaRequest,
    { name, database = current, location, isIfNotExists }: TableDefinition,
  ): Promise<void> {
    const place = { account, region, database: database.toLowerCase(), name }
    const table = { ...place, ...placeOf(location), createdAtMs: clock.nowMs() }
    await catalog.change({ intentId: undefined }, (draft) => {
      const key = athenaTableKey(place)
      const exists = draft.get(athenaTables, key) !== undefined
      if (exists && !isIfNotExists) throw new Fault('lake.table-exists', 'the table exists', { name })
      if (!exists) draft.put(athenaTables, key, table)
    })
  }
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
