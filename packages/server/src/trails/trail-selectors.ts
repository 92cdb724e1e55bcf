import {
  type AdvancedEventSelector,
  type BasicEventSelector,
  judgeAdvancedSelectors,
  judgeBasicSelectors,
  type Selector,
  type ShownAdvancedSelector,
  type ShownBasicSelector,
} from '@cairn/core/selectors'
import { Fault } from '../fault.ts'

/** A trail's event selectors in the form answers show, which is also the one that is kept. A trail has one kind. */
export type TrailSelectors =
  | { readonly kind: 'basic'; readonly shown: readonly ShownBasicSelector[] }
  | { readonly kind: 'advanced'; readonly shown: readonly ShownAdvancedSelector[] }

/** What a trail has before anyone set selectors: all management events, and nothing else. */
export const defaultTrailSelectors: TrailSelectors = {
  kind: 'basic',
  shown: [
    { ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] },
  ],
}

export type TrailSelectorsVerdict =
  | { readonly kind: 'valid'; readonly selectors: TrailSelectors }
  | { readonly kind: 'invalid'; readonly message: string }

/**
 * Judges what is asked for a trail; `resourceTypes` are those that advanced selectors may name. Some clients send the
 * kind they do not mean as an empty list.
 */
export function judgeTrailSelectors(
  asked: {
    readonly EventSelectors?: readonly BasicEventSelector[] | undefined
    readonly AdvancedEventSelectors?: readonly AdvancedEventSelector[] | undefined
  },
  resourceTypes: ReadonlySet<string>,
): TrailSelectorsVerdict {
  const { EventSelectors: basic = [], AdvancedEventSelectors: advanced = [] } = asked
  if (basic.length > 0 && advanced.length > 0) {
    return { kind: 'invalid', message: 'A trail can have event selectors or advanced event selectors, but not both.' }
  }
  if (advanced.length > 0) {
    const verdict = judgeAdvancedSelectors(advanced, 'trail', resourceTypes)
    if (verdict.kind === 'invalid') return verdict
    return { kind: 'valid', selectors: { kind: 'advanced', shown: verdict.shown } }
  }
  const verdict = judgeBasicSelectors(basic)
  if (verdict.kind === 'invalid') return verdict
  return { kind: 'valid', selectors: { kind: 'basic', shown: verdict.shown } }
}

/**
 * What kept selectors mean.
 *
 * @throws Fault `trail.selectors-refused` when this binary's rules refuse what an earlier one kept: taking nothing
 * instead would lose events without a sign
 */
export function meaningOf(selectors: TrailSelectors = defaultTrailSelectors): readonly Selector[] {
  const verdict =
    selectors.kind === 'basic' ? judgeBasicSelectors(selectors.shown) : judgeAdvancedSelectors(selectors.shown, 'trail')
  if (verdict.kind === 'valid') return verdict.selectors
  throw new Fault('trail.selectors-refused', 'the selectors of a trail are no longer valid', {
    problem: verdict.message,
  })
}

/** Whether any event of this kind could be selected at all. */
export function reaches(
  selectors: readonly Selector[],
  kind: { readonly category: string; readonly readOnly?: boolean },
): boolean {
  return selectors.some(({ clauses }) =>
    clauses.every(({ field, equals }) => {
      if (field === 'eventCategory') return equals?.includes(kind.category)
      if (field === 'readOnly' && kind.readOnly !== undefined) return equals?.includes(String(kind.readOnly))
      return true
    }),
  )
}
