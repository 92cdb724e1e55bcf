import type { Catalog } from '../../ports/catalog.ts'
import type { RuleSet, StoreRule } from '../../ports/lake-files.ts'
import { type EventDataStore, eventDataStoreCollection } from '../stores/event-data-store.ts'

/** The rules of event data stores by version of the catalogue. */
export interface StoreRules {
  /**
   * As they were at `version`. Ingestion's cursor holds the versions that it needs; where tables are made again from
   * an older log, one that is gone answers as the newest does, without stores that were made after `acceptedAtMs`.
   */
  at(version: number, acceptedAtMs: number): RuleSet
}

/** Versions that are remembered; when full, all go and those in use come back. */
const versionsMax = 256

/** Most versions change no store: those with the same documents have the same rule set. */
export function createStoreRules(catalog: Catalog): StoreRules {
  const byVersion = new Map<number, RuleSet>()
  let latest: { readonly stores: readonly EventDataStore[]; readonly set: RuleSet } | undefined
  let lastNumber = 0

  function setOf(stores: readonly EventDataStore[]): RuleSet {
    // The catalogue hands out the same frozen document until it changes.
    const isSame = latest?.stores.length === stores.length && stores.every((store, at) => store === latest?.stores[at])
    if (latest === undefined || !isSame) {
      lastNumber += 1
      latest = { stores, set: { number: lastNumber, rules: stores.map(ruleOf) } }
    }
    return latest.set
  }

  return {
    at(version, acceptedAtMs) {
      const known = byVersion.get(version)
      if (known !== undefined) return known
      const reader = catalog.at(version)
      const stores = (reader ?? catalog).list(eventDataStoreCollection).map(({ value }) => value)
      if (reader === undefined) return setOf(stores.filter(({ createdAtMs }) => createdAtMs <= acceptedAtMs))
      const set = setOf(stores)
      if (byVersion.size >= versionsMax) byVersion.clear()
      byVersion.set(version, set)
      return set
    },
  }
}

/** Insights events and events from outside are addressed to their stores; nothing else reaches those. */
function ruleOf(store: EventDataStore): StoreRule {
  const { id, kind, account, region, isMultiRegion, selectors, isIngesting, deletedAfterMs } = store
  const takesLive = kind === 'events' && isIngesting && deletedAfterMs === undefined
  return { id, kind, account, region, isMultiRegion, selectors, takesLive }
}
