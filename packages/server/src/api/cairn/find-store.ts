import type { Identity } from '../../identity/index.ts'
import type { EventDataStore, EventDataStores } from '../../lake/stores/index.ts'

/** The event data stores of all accounts that are not pending deletion. */
export function allStores(identity: Identity, stores: EventDataStores): readonly EventDataStore[] {
  return identity
    .accountIds()
    .flatMap((account) => stores.ofAccount(account))
    .filter(({ deletedAfterMs }) => deletedAfterMs === undefined)
}

/** The one of this name or id; without one, the only one there is. Else which there are and by which option to say it. */
export function findStore(
  wanted: string | undefined,
  stores: readonly EventDataStore[],
  option: string,
): { readonly store: EventDataStore } | { readonly problem: string } {
  const [only, ...others] = stores.filter(({ id, name }) => wanted === undefined || wanted === id || wanted === name)
  if (only !== undefined && others.length === 0) return { store: only }
  if (stores.length === 0) return { problem: 'there is no event data store' }
  const names = stores.map(({ name, id }) => `${name} (${id})`).join(', ')
  return { problem: `say with ${option} which event data store is meant: ${names}` }
}
