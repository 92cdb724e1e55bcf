import { type QueryStatement, readStatement, requiredTexts, type TableUse } from '@cairn/core/query'
import type { Buckets } from '../../buckets/index.ts'
import type { Catalog } from '../../ports/catalog.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventLog } from '../../ports/event-log.ts'
import type { LakeResults } from '../../ports/lake-results.ts'
import type { Trails } from '../../trails/index.ts'
import { scanFiles } from '../files/index.ts'
import { type LakeQueries, type LakeQuery, type OpenTables, openSnapshots } from '../queries/index.ts'
import { athenaSchema, athenaTable, storeColumnsOf } from '../sql/index.ts'
import type { EventDataStores } from '../stores/index.ts'
import type { LakeTables, TableSnapshot } from '../tables/index.ts'
import { type AthenaDefinition, createDefinitions } from './definitions.ts'
import { type CsvPlace, createDeliverCsv } from './deliver-csv.ts'
import { failureReason } from './failure-reason.ts'
import { type AthenaSource, createSources, defaultDatabase, type Sources } from './find-source.ts'
import { listNames, type NameRows, statementOf } from './list-names.ts'
import { bucketFiles, historyFiles } from './source-files.ts'
import { createStartOnce } from './started-once.ts'

export interface AthenaRequest {
  readonly account: string
  readonly region: string
  readonly caller: string
  /** As sent. */
  readonly text: string
  readonly parameters?: readonly string[]
  readonly database?: string
  readonly catalog?: string
  /** The client's own name of this call. */
  readonly token?: string
  /** Where the CSV goes: the caller may put it there. */
  readonly output?: CsvPlace & { readonly uri: string }
}

/** What a text asks for. */
export type AthenaStatement =
  /** It is no statement: no execution comes of it. */
  | { readonly kind: 'refused'; readonly message: string }
  | AthenaDefinition
  /** Names of databases or tables of the caller's account. */
  | ({ readonly kind: 'listing' } & NameRows)
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
  /** What there is to ask. */
  readonly names: Pick<Sources, 'databases' | 'hasDatabase' | 'tables'>
  /**
   * Starts it, or finds what the token of the request started before.
   *
   * @returns nothing for a token that was given for another request
   * @throws Fault `lake.too-many-queries`
   */
  start(
    request: AthenaRequest,
    statement: Exclude<AthenaStatement, { kind: 'refused' }>,
  ): Promise<LakeQuery | undefined>
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
  const { queries, tables, buckets, log, results } = options
  const known = createSources(options)
  const definitions = createDefinitions(options, known)
  const deliver = createDeliverCsv(options)
  const startOnce = createStartOnce()

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

  /** Answers why what a statement defines cannot be. */
  async function define(
    { account, region, database = defaultDatabase }: AthenaRequest,
    asked: Exclude<AthenaStatement, { kind: 'refused' | 'failing' }>,
  ): Promise<string | undefined> {
    if (asked.kind === 'query' || asked.kind === 'listing') return undefined
    return definitions.carryOut(asked.definition, { account, region, database })
  }

  async function begin(request: AthenaRequest, asked: Exclude<AthenaStatement, { kind: 'refused' }>) {
    const { account, region, caller, text, database, catalog: named, parameters, output } = request
    const statement = asked.kind === 'query' ? asked.statement : asked.kind === 'listing' ? statementOf(asked) : nothing
    const reason = asked.kind === 'failing' ? asked.reason : await define(request, asked)
    const isDefinition = asked.kind === 'failing' ? asked.isDefinition : asked.kind === 'definition'
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
        ...(asked.kind === 'listing' && { utility: asked.utility }),
      },
    })
  }

  return {
    names: known,
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
      if (read.kind === 'listing') {
        const rows = listNames(read, { account, region, database: current.toLowerCase() }, known)
        if (typeof rows === 'string') return { kind: 'failing', reason: rows, isDefinition: false }
        return { kind: 'listing', ...rows }
      }
      if (read.kind !== 'query') return definitions.judge(read, { account, region, database: current })
      const used = read.tables.flatMap(({ name }) => sources.get(name) ?? [])
      return { kind: 'query', statement: read, sources: used }
    },
    start: (request, asked) => startOnce(request, () => begin(request, asked)),
  }
}

/** Athena's own. */
const catalogName = 'awsdatacatalog'

/** What runs for a statement that only defined something. */
const nothing: QueryStatement = { kind: 'query', tables: [], columns: [], text: 'SELECT 1 WHERE FALSE' }
