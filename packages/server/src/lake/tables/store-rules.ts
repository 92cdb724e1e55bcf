import type { ContextSelection } from '@cairn/core/record'
import type { Catalog } from '../../ports/catalog.ts'
import type { RuleSet, StoreRule } from '../../ports/lake-files.ts'
import { type EventDataStore, eventDataStoreCollection } from '../stores/index.ts'

/** The rules of event data stores by version of the catalogue. */
export interface StoreRules {
  /**
   * As they were at `version`. Ingestion's cursor holds the versions that it needs; where tables are made again from
   * an older log, one that is gone answers as the newest does, without stores that were made after `acceptedAtMs`.
   */
  at(version: number, acceptedAtMs: number): RuleSet
  /**
   * Rules divided by the form in which their stores keep events, as it is after the change; `undefined` when all keep
   * records as they are. Each store is in one part.
   */
  divide(before: RuleSet, after: RuleSet | undefined): readonly RulePart[] | undefined
}

/** Stores that keep events in one form. Of an event of a change there are two sets. */
export interface RulePart {
  readonly form: EventForm
  readonly rules: RuleSet
  readonly rulesAfter: RuleSet | undefined
}

/** What a store's events have that their records do not. */
export interface EventForm {
  /** What records left out because of its size. */
  readonly isLarge: boolean
  readonly context: ContextSelection | undefined
}

/** Versions that are remembered; when full, all go and those in use come back. */
const versionsMax = 256

const asRecorded: EventForm = { isLarge: false, context: undefined }

/** Most versions change no store: those with the same documents have the same rule set. */
export function createStoreRules(catalog: Catalog): StoreRules {
  const byVersion = new Map<number, RuleSet>()
  const divided = new Map<string, readonly RulePart[] | undefined>()
  /** Those of stores that keep records as they are are not in it. */
  const forms = new WeakMap<StoreRule, EventForm>()
  let latest: { readonly stores: readonly EventDataStore[]; readonly set: RuleSet } | undefined
  let lastNumber = 0

  function numbered(rules: readonly StoreRule[]): RuleSet {
    lastNumber += 1
    return { number: lastNumber, rules }
  }

  function ruleOfStore(store: EventDataStore): StoreRule {
    const rule = ruleOf(store)
    const { keepsLargeEvents: isLarge = false, context } = store
    if (isLarge || context !== undefined) forms.set(rule, { isLarge, context })
    return rule
  }

  function divideAnew(before: RuleSet, after: RuleSet | undefined): readonly RulePart[] | undefined {
    // What a store is after the change counts, and before it only where it is gone then.
    const newest = new Map([...before.rules, ...(after?.rules ?? [])].map((rule) => [rule.id, rule]))
    const parts = new Map<string, { readonly form: EventForm; readonly ids: Set<string> }>()
    for (const [id, rule] of newest) {
      const form = forms.get(rule) ?? asRecorded
      const name = JSON.stringify(form)
      const part = parts.get(name) ?? { form, ids: new Set() }
      part.ids.add(id)
      parts.set(name, part)
    }
    if ([...parts.values()].every(({ form }) => form === asRecorded)) return undefined
    return [...parts.values()].map(({ form, ids }) => ({
      form,
      rules: numbered(before.rules.filter(({ id }) => ids.has(id))),
      rulesAfter: after && numbered(after.rules.filter(({ id }) => ids.has(id))),
    }))
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
