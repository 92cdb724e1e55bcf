import type { ImportDestination } from '../../capture/imports/index.ts'
import type { Catalog } from '../../ports/catalog.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventLog } from '../../ports/event-log.ts'
import type { MarkSet } from '../../ports/mark-set.ts'
import type { EventDataStore, EventDataStores } from '../stores/index.ts'
import { handImports, type LakeImport } from './lake-import.ts'
import { createStoreSeen, type StoreSeen } from './store-seen.ts'

export interface DestinationOptions {
  readonly stores: Pick<EventDataStores, 'find'>
  readonly catalog: Catalog
  readonly log: EventLog
  readonly marks: MarkSet
  readonly clock: Clock
}

export type StoreDestination = ImportDestination & { readonly seen: StoreSeen }

const dayMs = 86_400_000

/** What an event data store takes of the files that are brought into it. `scope` as for {@link createStoreSeen}. */
export function storeDestination(
  { stores, marks, log, clock }: DestinationOptions,
  store: EventDataStore,
  scope: string,
  { fromMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY }: Pick<LakeImport, 'fromMs' | 'untilMs'>,
): StoreDestination {
  return {
    audience: { kind: 'store', id: store.id },
    seen: createStoreSeen({ marks, log, store: store.id, scope }),
    leaveOut(timeMs) {
      // The retention of now, not of when the import began: it may run for days.
      const { retentionDays } = stores.find(store.id) ?? store
      if (timeMs < clock.nowMs() - retentionDays * dayMs) return 'expired'
      return timeMs < fromMs || timeMs > untilMs ? 'outside' : undefined
    },
  }
}

/** The same for files that come by hand: no import's record says where the log ended when they began to come. */
export function handDestination(options: DestinationOptions, store: EventDataStore): ImportDestination {
  const { catalog, log } = options
  const destination = storeDestination(options, store, store.id, {})
  const { seen } = destination
  let caught: Promise<void> | undefined

  // The first thing an import does: what one before it added and could not mark any more is learned from the log.
  async function catchUp(): Promise<void> {
    const before = catalog.get(handImports, store.id)
    const logFrom = log.bounds().end
    if (before !== undefined) await seen.relearn(before.logFrom)
    await catalog.change({ intentId: undefined }, (draft) => draft.put(handImports, store.id, { logFrom }))
  }

  return {
    ...destination,
    seen: {
      ...seen,
      caughtUp() {
        caught ??= catchUp()
        return caught
      },
    },
  }
}
