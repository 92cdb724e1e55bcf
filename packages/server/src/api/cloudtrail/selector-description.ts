import { defaultTrailSelectors, type TrailSelectors } from '../../trails/index.ts'
import type { AdvancedEventSelector, EventSelector } from '../generated/cloudtrail.ts'

/** Selectors as PutEventSelectors and GetEventSelectors answer them: the kind the trail has, without the other. */
export function describeSelectors({
  kind,
  shown,
}: TrailSelectors = defaultTrailSelectors):
  | { readonly EventSelectors: readonly EventSelector[] }
  | { readonly AdvancedEventSelectors: readonly AdvancedEventSelector[] } {
  return kind === 'basic' ? { EventSelectors: shown } : { AdvancedEventSelectors: shown }
}
