import type { LakeTableKind } from '@cairn/core/lake'
import {
  compileSelectors,
  judgeAdvancedSelectors,
  type SelectableEvent,
  type SelectorMatcher,
} from '@cairn/core/selectors'
import { Fault } from '../../fault.ts'
import type { RuleSet, StoreRule } from '../../ports/lake-files.ts'

/** A table that takes an event. */
export interface Taker {
  readonly id: string
  readonly kind: LakeTableKind
}

/** Tells which stores of one rule set take a live event. Compiled for each account and region when first met. */
export interface StoreSelector {
  match(place: { readonly account: string; readonly region: string }, event: SelectableEvent): readonly Taker[]
  /** The store an event is addressed to. */
  find(id: string): Taker | undefined
}

/** Accounts and regions whose selectors are remembered; when full, all go and those in use come back. */
const placesMax = 1_024

export function createStoreSelector({ rules }: Pick<RuleSet, 'rules'>): StoreSelector {
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  const live = rules.filter(({ takesLive }) => takesLive)
  const places = new Map<string, SelectorMatcher<Taker>>()
  return {
    find: (id) => byId.get(id),
    match({ account, region }, event) {
      const place = `${account} ${region}`
      let matcher = places.get(place)
      if (matcher === undefined) {
        const reached = live.filter(
          (rule) => rule.account === account && (rule.isMultiRegion || rule.region === region),
        )
        matcher = compileSelectors(reached.map((rule) => ({ id: rule, selectors: meaningOf(rule) })))
        if (places.size >= placesMax) places.clear()
        places.set(place, matcher)
      }
      return matcher.match(event)
    },
  }
}

function meaningOf({ id, selectors }: StoreRule) {
  const verdict = judgeAdvancedSelectors(selectors, 'event-data-store')
  if (verdict.kind === 'valid') return verdict.selectors
  // Taking nothing instead would lose events without a sign.
  const { message: problem } = verdict
  throw new Fault('lake.selectors-refused', 'the selectors of a store are no longer valid', { store: id, problem })
}
