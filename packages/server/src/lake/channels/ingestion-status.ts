import { type Catalog, defineCollection } from '../../ports/catalog.ts'
import type { ChannelId } from './channel.ts'

/** How the taking of a channel's events went lately; a member is absent until there is something to tell. */
export interface IngestionStatus {
  readonly latestAttemptAtMs: number
  readonly latestAttemptEventId?: string
  readonly latestSuccessAtMs?: number
  readonly latestSuccessEventId?: string
  readonly latestErrorCode?: string
}

const statuses = defineCollection<IngestionStatus>('channel-ingestion', { keepsHistory: false })

/**
 * Kept in memory and saved now and then: a change of the catalogue for each call would make it the slowest part of
 * the call. After a crash it may be some seconds behind.
 */
export interface IngestionStatuses {
  of(channel: ChannelId): IngestionStatus | undefined
  note(channel: ChannelId, status: IngestionStatus): void
  /** Saves what was noted; forgets channels that `exists` says are gone. */
  save(exists: (channel: ChannelId) => boolean): Promise<void>
}

export function createIngestionStatuses(catalog: Catalog): IngestionStatuses {
  const noted = new Map<ChannelId, IngestionStatus>()
  const of = (channel: ChannelId) => noted.get(channel) ?? catalog.get(statuses, channel)
  return {
    of,
    note: (channel, status) => noted.set(channel, { ...of(channel), ...status }),
    async save(exists) {
      const unsaved = [...noted]
      const gone = catalog.list(statuses).filter(({ key }) => !exists(key as ChannelId))
      if (unsaved.length === 0 && gone.length === 0) return
      await catalog.change({ intentId: undefined }, (draft) => {
        for (const [channel, status] of unsaved) if (exists(channel)) draft.put(statuses, channel, status)
        for (const { key } of gone) draft.delete(statuses, key)
      })
      for (const [channel, status] of unsaved) if (noted.get(channel) === status) noted.delete(channel)
    },
  }
}
