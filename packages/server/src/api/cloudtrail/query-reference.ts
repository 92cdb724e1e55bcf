import type { LakeQueries, LakeQuery } from '../../lake/queries/index.ts'
import type { EventDataStores } from '../../lake/stores/index.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'
import { checkActive, storeAccess } from './store-reference.ts'

/** How operations name a query. */
export interface QueryReference {
  readonly QueryId?: string | undefined
  /** @quirk Deprecated by AWS and still sent by its clients; one that the query does not read is refused. */
  readonly EventDataStore?: string | undefined
  readonly EventDataStoreOwnerAccountId?: string | undefined
}

interface Uses {
  readonly lakeQueries: LakeQueries
  readonly eventDataStores: EventDataStores
}

/** The query that a request means; `undefined` for one that the caller may not know of. */
async function find(
  { QueryId: id, EventDataStore: store, EventDataStoreOwnerAccountId: owner }: QueryReference,
  { lakeQueries }: Uses,
  call: Call,
): Promise<LakeQuery | undefined> {
  const query = id === undefined ? undefined : await lakeQueries.find(id)
  if (
    query === undefined ||
    query.athena !== undefined ||
    query.account !== (owner ?? call.account) ||
    query.region !== call.region
  )
    return undefined
  const wanted = store?.split('/').at(-1)
  return wanted === undefined || query.stores.some((one) => one === wanted) ? query : undefined
}

/** The access questions of an operation on a query: the same action on each store it reads. */
export async function queryAccess(
  action: string,
  reference: QueryReference,
  uses: Uses,
  call: Call,
): Promise<readonly AccessRequest[]> {
  const query = await find(reference, uses, call)
  const questions = (query?.stores ?? []).flatMap((id) => {
    const arn = uses.eventDataStores.find(id)?.arn
    return arn === undefined ? [] : storeAccess(action, arn, call, uses.eventDataStores)
  })
  return questions.length > 0 ? questions : [{ action, resource: '*' }]
}

/** The query that a request means. Its stores must be there: what it found goes with them. */
export async function resolveQuery(
  reference: QueryReference,
  uses: Uses,
  call: Call,
  fail: Fail<'QueryIdNotFoundException' | 'InactiveEventDataStoreException'>,
): Promise<LakeQuery> {
  const query = await find(reference, uses, call)
  if (query === undefined) return fail('QueryIdNotFoundException', `The query ${reference.QueryId} was not found.`)
  for (const id of query.stores) {
    const store = uses.eventDataStores.find(id)
    if (store === undefined) fail('QueryIdNotFoundException', `The query ${reference.QueryId} was not found.`)
    else checkActive(store, fail)
  }
  return query
}

/** The member that says whose store it was, where it is not the caller's. */
export function ownerOf({ account }: LakeQuery, call: Call): { readonly EventDataStoreOwnerAccountId?: string } {
  return account === call.account ? {} : { EventDataStoreOwnerAccountId: account }
}

/** Whom a page token is given to. */
export function callerOf({ principal, account }: Call): string {
  return 'arn' in principal ? principal.arn : `${principal.kind} ${account}`
}
