import type { RefusedStatement } from '@cairn/core/query'
import type { KeyVault } from '../../ports/key-vault.ts'
import type { DeliverResult } from './deliver-result.ts'
import type { LakeQuery, ResultDestination } from './query.ts'
import { createQueryRuns, type QueryRuns, type QueryRunsOptions } from './query-runs.ts'
import { createPlaceTokens, type PlaceTokens } from './result-token.ts'
import type { StoreStatement, StoreStatements } from './store-statements.ts'

/** A query of event data stores that its caller was found to be allowed. */
export interface StoreQuery {
  readonly read: StoreStatement
  /** As sent. */
  readonly text: string
  /** Owner of the stores. */
  readonly account: string
  readonly region: string
  readonly caller: string
  readonly destination?: ResultDestination
}

/** Lake's queries: what a statement means, and what became of it. */
export interface LakeQueries extends QueryRuns {
  /** What a text asks for, or why Lake would not run it. Changes nothing. */
  read(text: string, parameters?: readonly string[]): StoreStatement | RefusedStatement
  /** @throws Fault `lake.too-many-queries` */
  startOnStores(query: StoreQuery): Promise<LakeQuery>
  /** For pages of results. */
  readonly tokens: PlaceTokens
}

export function createLakeQueries(
  options: QueryRunsOptions & {
    readonly statements: StoreStatements
    readonly deliver: DeliverResult
    readonly vault: KeyVault
  },
): LakeQueries {
  const { statements, vault, deliver } = options
  const runs = createQueryRuns(options)
  return {
    ...runs,
    read: (text, parameters) => statements.read(text, parameters),
    startOnStores({ read, destination, ...query }) {
      const [first] = read.stores
      return runs.start({
        ...query,
        statement: read.statement,
        stores: read.stores.map(({ id }) => id),
        openTables: () => statements.open(read),
        ...(destination &&
          first && {
            delivery: {
              ...destination,
              deliver: ({ query: { id: queryId, account, region, createdAtMs, columns }, rows }) =>
                deliver({ queryId, account, region, createdAtMs, columns, sourceArn: first.arn, destination, rows }),
            },
          }),
      })
    },
    tokens: createPlaceTokens(vault),
    [Symbol.asyncDispose]: () => runs[Symbol.asyncDispose](),
  }
}
