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
  /**
   * Rules divided by the size of the events that their stores keep, as it is after the change; `undefined` when none
   * keeps large ones. Each store is in one part.
   */
  divide(
    before: RuleSet,
    after: RuleSet | undefined,
  ): { readonly usual: RulePair; readonly large: RulePair } | undefined
}

/** Of an event of a change there are two. */
export interface RulePair {
  readonly rules: RuleSet
  readonly rulesAfter: RuleSet | undefined
}

type Divided = ReturnType<StoreRules['divide']>

/** Versions that are remembered; when full, all go and those in use come back. */
const versionsMax = 256

/** Most versions change no store: those with the same documents have the same rule set. */
export function createStoreRules(catalog: Catalog): StoreRules {
  const byVersion = new Map<number, RuleSet>()
  const divided = new Map<string, Divided>()
  /** Rules of stores that keep large events. */
  const large = new WeakSet<StoreRule>()
  let latest: { readonly stores: readonly EventDataStore[]; readonly set: RuleSet } | undefined
  let lastNumber = 0

  function numbered(rules: readonly StoreRule[]): RuleSet {
    lastNumber += 1
    return { number: lastNumber, rules }
  }

  function ruleOfStore(store: EventDataStore): StoreRule {
    const rule = ruleOf(store)
    if (store.keepsLargeEvents === true) large.add(rule)
    return rule
  }

  function divideAnew(before: RuleSet, after: RuleSet | undefined): Divided {
    // What a store is after the change counts, and before it only where it is gone then.
    const newest = new Map([...before.rules, ...(after?.rules ?? [])].map((rule) => [rule.id, rule]))
    const isLarge = ({ id }: StoreRule) => {
      const rule = newest.get(id)
      return rule !== undefined && large.has(rule)
    }
    if (![...newest.values()].some(isLarge)) return undefined
    const part = (belongs: (rule: StoreRule) => boolean): RulePair => ({
      rules: numbered(before.rules.filter(belongs)),
      rulesAfter: after && numbered(after.rules.filter(belongs)),
    })
    return { usual: part((rule) => !isLarge(rule)), large: part(isLarge) }
  }

  function setOf(stores: readonly EventDataStore[]): RuleSet {
    // The catalogue hands out the same frozen document until it changes.
    const isSame = latest?.stores.length === stores.length && stores.every((store, at) => store === latest?.stores[at])
    if (latest === undefined || !isSame) {
      latest = { stores, set: numbered(stores.map(ruleOfStore)) }
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
    divide(before, after) {
      const name = `${before.number} ${after?.number}`
      if (divided.has(name)) return divided.get(name)
      if (divided.size >= versionsMax) divided.clear()
      const parts = divideAnew(before, after)
      divided.set(name, parts)
      return parts
    },
  }
}

/** Insights events and events from outside are addressed to their stores; nothing else reaches those. */
function ruleOf(store: EventDataStore): StoreRule {
  const { id, kind, account, region, isMultiRegion, selectors, isIngesting, deletedAfterMs } = store
  const takesLive = kind === 'events' && isIngesting && deletedAfterMs === undefined
  return { id, kind, account, region, isMultiRegion, selectors, takesLive }
}
