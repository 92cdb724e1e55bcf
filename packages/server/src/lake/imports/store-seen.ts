import { hash } from 'node:crypto'
import { eventHead } from '@cairn/core/record'
import type { ImportKey, Seen } from '../../capture/imports/index.ts'
import type { EventLog, Position } from '../../ports/event-log.ts'
import { type MarkSet, markBytes } from '../../ports/mark-set.ts'
import type { EventDataStoreId } from '../stores/index.ts'

/*
 *   mark = scope (4 bytes) | minute of the event (4 bytes) | account, id and content (16 bytes)
 *
 * Events of one file are of a few minutes, so their marks are near each other in the set.
 */

/** What imports added to one store: an event that comes again is recognised. */
export interface StoreSeen extends Seen {
  /**
   * Learns what an import added from a position on. For one that a crash cut off: its events are durable in the log, and
   * their marks may not be.
   */
  relearn(from: Position): Promise<void>
}

/** Account, id and hash of an event, but for the odd one. */
const namedBytes = 1024

const logReadBytesMax = 4 * 1024 * 1024

/** @param scope what counts as the same place: the store's id, or an import's where each stands by itself */
export function createStoreSeen({
  marks,
  log,
  store,
  scope,
}: {
  readonly marks: MarkSet
  readonly log: Pick<EventLog, 'read' | 'bounds' | 'after'>
  readonly store: EventDataStoreId
  readonly scope: string
}): StoreSeen {
  let named: Buffer<ArrayBufferLike> = Buffer.alloc(namedBytes)
  const scopeBytes = hash('sha256', `lake import\0${scope}`, 'buffer').subarray(0, 4)

  function marksOf(keys: readonly ImportKey[]): Uint8Array {
    const all = Buffer.alloc(keys.length * markBytes)
    for (const [index, { account, eventId, contentHash, timeMs }] of keys.entries()) {
      const at = index * markBytes
      const minute = Number.isNaN(timeMs) ? 0 : Math.max(0, Math.min(0xffff_ffff, Math.floor(timeMs / 60_000)))
      const name = `${account}\0${eventId ?? ''}\0`
      if (named.length < name.length * 3 + contentHash.length)
        named = Buffer.alloc(name.length * 4 + contentHash.length)
      const end = named.write(name)
      named.set(contentHash, end)
      all.set(scopeBytes, at)
      all.writeUInt32BE(minute, at + 4)
      // Asked for as a string of bytes: a buffer costs more than the hash.
      const digest = hash('sha256', named.subarray(0, end + contentHash.length), 'latin1')
      all.write(digest, at + 8, markBytes - 8, 'latin1')
    }
    return all
  }

  return {
    async recognise(keys) {
      const asked = marksOf(keys)
      const flags = await marks.has(asked)
      return {
        answers: Array.from(flags, (flag) => (flag === 1 ? 'same' : 'new')),
        added: (indices) => marks.add(indices.length === flags.length ? asked : chosen(asked, indices)),
      }
    },
    // What was added is marked before the next batch is looked at.
    async caughtUp() {},
    async relearn(from) {
      const { end } = log.bounds()
      for (let position = from; position < end; ) {
        const frames = await log.read(position, logReadBytesMax)
        const last = frames.at(-1)
        if (last === undefined) return
        position = log.after(last.position)
        const keys = frames.flatMap((frame) => {
          if (frame.kind !== 'event' || frame.source !== 'import') return []
          if (frame.audience.kind !== 'store' || frame.audience.id !== store) return []
          const head = eventHead(frame.bytes)
          const contentHash = hash('sha256', frame.bytes, 'buffer')
          const timeMs = head?.eventTimeMs ?? Number.NaN
          return [{ account: frame.account, eventId: head?.eventId, contentHash, timeMs }]
        })
        if (keys.length > 0) await marks.add(marksOf(keys))
      }
    },
  }
}

/** Some of the marks, by their indices. */
function chosen(marks: Uint8Array, indices: readonly number[]): Uint8Array {
  const some = new Uint8Array(indices.length * markBytes)
  for (const [to, from] of indices.entries()) {
    some.set(marks.subarray(from * markBytes, (from + 1) * markBytes), to * markBytes)
  }
  return some
}
