import { compileSelectors, judgeAdvancedSelectors, type SelectorMatcher } from '@cairn/core/selectors'
import { Fault } from '../../fault.ts'
import type { Catalog, CatalogReader } from '../../ports/catalog.ts'
import type { EventVersions, TrailEvent } from '../../trails/index.ts'
import { type EventDataStore, type EventDataStoreId, eventDataStoreCollection } from './event-data-store.ts'

/** Tells while an event is made whether a store will take it: data events that nobody takes are not kept. */
export interface StoreMatcher {
  /** @throws Fault `lake.selectors-refused` when kept selectors are no longer valid: taking nothing would lose events */
  isTaken(event: TrailEvent, versions: EventVersions): boolean
  /** Whether a store of the account that takes live events adds to them what policies were told. */
  readonly wantsContext: (account: string) => boolean
}

type Place = Pick<TrailEvent, 'account' | 'region'>
type Compiled = (place: Place) => SelectorMatcher<EventDataStoreId>

/** Versions and places that are remembered; when full, all go and those in use come back. */
const versionsMax = 64
const placesMax = 1_024

export function createStoreMatcher(catalog: Catalog): StoreMatcher {
  const byVersion = new Map<number, Compiled>()
  let enriching: { readonly version: number; readonly accounts: ReadonlySet<string> } | undefined
  let latest: { readonly stores: readonly EventDataStore[]; readonly compiled: Compiled } | undefined

  /** Most versions change no store: the catalogue hands out the same documents, and what was compiled stays. */
  function compiledOf(reader: CatalogReader): Compiled {
    const stores = reader.list(eventDataStoreCollection).map(({ value }) => value)
    const isSame = latest?.stores.length === stores.length && stores.every((store, at) => store === latest?.stores[at])
    if (latest === undefined || !isSame) latest = { stores, compiled: compileLazily(stores.filter(takesLive)) }
    return latest.compiled
  }

  function isTakenAt(version: number, event: TrailEvent): boolean {
    let compiled = byVersion.get(version)
    if (compiled === undefined) {
      compiled = compiledOf(catalog.at(version) ?? catalog)
      if (byVersion.size >= versionsMax) byVersion.clear()
      byVersion.set(version, compiled)
    }
    return compiled(event).match(event.selectable).length > 0
  }

  return {
    isTaken: (event, { catalogVersion, catalogVersionAfter = catalogVersion }) =>
      isTakenAt(catalogVersion, event) ||
      (catalogVersionAfter !== catalogVersion && isTakenAt(catalogVersionAfter, event)),
    wantsContext(account) {
      const { version } = catalog
      if (enriching?.version !== version) {
        const stores = catalog.list(eventDataStoreCollection).map(({ value }) => value)
        const wanting = stores.filter((store) => store.context !== undefined && takesLive(store))
        enriching = { version, accounts: new Set(wanting.map((store) => store.account)) }
      }
      return enriching.accounts.has(account)
    },
  }
}

function takesLive({ kind, isIngesting, deletedAfterMs }: EventDataStore): boolean {
  return kind === 'events' && isIngesting && deletedAfterMs === undefined
}

function compileLazily(stores: readonly EventDataStore[]): Compiled {
  const places = new Map<string, SelectorMatcher<EventDataStoreId>>()
  return ({ account, region }) => {
    const place = `${account} ${region}`
    let matcher = places.get(place)
    if (matcher === undefined) {
      const reached = stores.filter(
        (store) => store.account === account && (store.isMultiRegion || store.region === region),
      )
      matcher = compileSelectors(reached.map((store) => ({ id: store.id, selectors: meaningOf(store) })))
      if (places.size >= placesMax) places.clear()
      places.set(place, matcher)
    }
    return matcher
  }
}

function meaningOf({ id, selectors }: EventDataStore) {
  const verdict = judgeAdvancedSelectors(selectors, 'event-data-store')
  if (verdict.kind === 'valid') return verdict.selectors
  const { message: problem } = verdict
  throw new Fault('lake.selectors-refused', 'the selectors of a store are no longer valid', { store: id, problem })
}
