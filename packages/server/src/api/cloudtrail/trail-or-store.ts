import type { EventDataStores } from '../../lake/stores/index.ts'
import type { Trails } from '../../trails/index.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'
import { storeAccess } from './store-reference.ts'
import { trailAccess } from './trail-access.ts'

interface TrailOrStore {
  readonly TrailName?: string | undefined
  readonly EventDataStore?: string | undefined
}

export type Named = { readonly kind: 'trail' | 'event-data-store'; readonly name: string }

/** Which of the two a request is about: it names exactly one. */
export function trailOrStore(input: TrailOrStore, fail: Fail<'InvalidParameterCombinationException'>): Named {
  const { TrailName: trail, EventDataStore: store } = input
  if (trail !== undefined && store === undefined) return { kind: 'trail', name: trail }
  if (store !== undefined && trail === undefined) return { kind: 'event-data-store', name: store }
  return fail(
    'InvalidParameterCombinationException',
    'Specify either TrailName or EventDataStore, and not both in the same request.',
  )
}

export function trailOrStoreAccess(
  action: string,
  input: TrailOrStore,
  call: Call,
  { trails, eventDataStores }: { readonly trails: Trails; readonly eventDataStores: EventDataStores },
): readonly AccessRequest[] {
  const { TrailName: trail, EventDataStore: store } = input
  if (trail !== undefined) return trailAccess(action, trail, call, trails)
  return store === undefined ? [{ action, resource: '*' }] : storeAccess(action, store, call, eventDataStores)
}
