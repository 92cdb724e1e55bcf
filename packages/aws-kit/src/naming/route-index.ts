import { type RouteTable, readRoutesFile, readRouteTable } from './route-table.ts'

/** How a request tells its service, for all services. A value is the names of the services it may mean. */
export interface RouteIndex {
  readonly bySigningName: ReadonlyMap<string, readonly string[]>
  /** First labels of a host: `monitoring`, `runtime.sagemaker`. */
  readonly byHost: ReadonlyMap<string, readonly string[]>
  readonly byTarget: ReadonlyMap<string, readonly string[]>
  /** Version of an API that is spoken in forms. */
  readonly byFormVersion: ReadonlyMap<string, readonly string[]>
  /** Services that are spoken to in forms. */
  readonly formServices: ReadonlySet<string>
  readonly services: readonly string[]
}

type IndexRow = readonly [
  service: string,
  signingName: string,
  endpointPrefix: string,
  target: string,
  formVersion: string,
  operations: number,
]

let index: RouteIndex | undefined

/** The index, read on first use; always the same object. */
export function routeIndex(): RouteIndex {
  index ??= toIndex((readRoutesFile('_index') as { readonly services: readonly IndexRow[] }).services)
  return index
}

function toIndex(rows: readonly IndexRow[]): RouteIndex {
  // Of services that cannot be told apart, the one with the most operations is meant more often: rds before neptune.
  const sorted = [...rows].sort((a, b) => b[5] - a[5])
  const group = (at: 1 | 2 | 3 | 4): ReadonlyMap<string, readonly string[]> => {
    const groups = Map.groupBy(sorted, (row) => (at === 3 ? row[at] : row[at].toLowerCase()))
    groups.delete('')
    return new Map([...groups].map(([key, own]) => [key, own.map(([service]) => service)]))
  }
  return {
    bySigningName: group(1),
    byHost: group(2),
    byTarget: group(3),
    byFormVersion: group(4),
    formServices: new Set(sorted.filter((row) => row[4] !== '').map(([service]) => service)),
    services: sorted.map(([service]) => service),
  }
}

/**
 * Tables in use, the least recently used first. A caller who walks through all services must not make us hold them all;
 * nobody works with this many at a time.
 */
const tables = new Map<string, RouteTable>()
const tablesMax = 96

/** The table of a service that the index lists. */
export function routeTable(service: string): RouteTable {
  const known = tables.get(service)
  if (known !== undefined) {
    if (tables.size > tablesMax / 2) {
      tables.delete(service)
      tables.set(service, known)
    }
    return known
  }
  const table = readRouteTable(service)
  tables.set(service, table)
  const [oldest] = tables.keys()
  if (tables.size > tablesMax && oldest !== undefined) tables.delete(oldest)
  return table
}
