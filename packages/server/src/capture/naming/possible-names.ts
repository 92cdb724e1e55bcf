import { compileWildcards } from '@cairn/aws-kit/iam'
import {
  identify,
  type RoutedOperation,
  type RouteTable,
  requestOf,
  routeIndex,
  routeTable,
} from '@cairn/aws-kit/naming'
import { recordEventName } from '@cairn/core/record'
import { nearWords } from './near-words.ts'

/** What calls are named, each part with `*` and `?` for letters: `iam` and `Delete*`. Capitals count for nothing. */
export interface NamePattern {
  readonly service: string
  readonly operation: string
}

/** Of a pattern that no call can fit, whatever is called. */
export interface ImpossibleName {
  readonly kind: 'service' | 'operation'
  /**
   * What it is instead, where that is known: what signatures, addresses or IAM call a service; a call that cannot be told
   * from another's and has its name; what records call an operation; an action of IAM.
   */
  readonly otherwise?: 'alias' | 'same-call' | 'event-name' | 'action'
  /** What may be meant, the likeliest first: services, or operations with their service. */
  readonly near: readonly string[]
}

const nearMax = 6
/** What an operation is called that cannot be named, of any service. */
const unnamed = 'UnknownOperation'
/** A browser's form post is named, and in no model. */
const outsideModels: Readonly<Record<string, readonly string[]>> = { s3: ['PostObject'] }

/**
 * Why no call will ever be named so, by the tables of all services; `undefined` when one may be. Calls to services of no
 * table are named as their callers sign them: whoever has such knows their names, the tables do not.
 */
export function impossibleName({ service, operation }: NamePattern): ImpossibleName | undefined {
  const services = routeIndex().services.filter(fits(service))
  if (services.length === 0) return likeService(service)
  const isMeant = fits(operation)
  if (operation.toLowerCase() === unnamed.toLowerCase()) return undefined
  const others = new Set<string>()
  for (const name of services) {
    if (outsideModels[name]?.some(isMeant)) return undefined
    const table = routeTable(name)
    for (const one of table.operations.values()) {
      if (!isMeant(one.name)) continue
      const other = namedInstead(table, one)
      if (other === undefined) return undefined
      others.add(/[*?]/.test(operation) ? other.replace(/:.*/, `:${operation}`) : other)
    }
  }
  if (others.size > 0) {
    return { kind: 'operation', otherwise: 'same-call', near: some(others) }
  }
  return likeOperation(services.map(routeTable), operation)
}

/** Some APIs are two names for one thing on the wire, such as those of rds and docdb. */
function namedInstead(table: RouteTable, operation: RoutedOperation): string | undefined {
  const named = identify(requestOf(table, operation))
  if (named.table === undefined || named.operation === undefined) return undefined
  const isSame = named.table.service === table.service && named.operation.name === operation.name
  return isSame ? undefined : `${named.table.service}:${named.operation.name}`
}

/** Signatures, hosts and IAM have names of their own for some services: `monitoring` is cloudwatch. */
function likeService(service: string): ImpossibleName {
  const { bySigningName, byHost, services } = routeIndex()
  const name = service.toLowerCase()
  const meant = new Set([...(bySigningName.get(name) ?? []), ...(byHost.get(name) ?? [])])
  if (meant.size === 0) return { kind: 'service', near: nearWords(service, services, nearMax) }
  return { kind: 'service', otherwise: 'alias', near: some(meant) }
}

function likeOperation(tables: readonly RouteTable[], operation: string): ImpossibleName {
  const isCalled = fits(operation)
  const isAction = (action: string) => isCalled(action.slice(action.indexOf(':') + 1))
  const recorded: string[] = []
  const allowed: string[] = []
  for (const { service, operations } of tables) {
    for (const { name, http, actions } of operations.values()) {
      if (isCalled(recordEventName(service, name, http.uri))) recorded.push(`${service}:${name}`)
      if (actions.some(isAction)) allowed.push(`${service}:${name}`)
    }
  }
  if (recorded.length > 0) return { kind: 'operation', otherwise: 'event-name', near: some(recorded) }
  if (allowed.length > 0) return { kind: 'operation', otherwise: 'action', near: some(allowed) }
  const [only] = tables
  if (only === undefined || tables.length > 1) return { kind: 'operation', near: [] }
  const near = nearWords(operation, only.operations.keys(), nearMax)
  return { kind: 'operation', near: near.map((name) => `${only.service}:${name}`) }
}

function some(names: Iterable<string>): readonly string[] {
  return [...names].slice(0, nearMax)
}

function fits(pattern: string): (name: string) => boolean {
  const isMeant = compileWildcards(pattern.toLowerCase())
  return (name) => isMeant(name.toLowerCase())
}
