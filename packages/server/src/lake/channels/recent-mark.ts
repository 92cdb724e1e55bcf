import { eventIdAt } from '@cairn/core/audit-events'
import { type Catalog, defineCollection } from '../../ports/catalog.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventLog, Position } from '../../ports/event-log.ts'
import { wordsOf } from './event-id.ts'
import type { RecentIds } from './recent-ids.ts'

/**
 * From where the log is read at the start to know again what came lately. Older than it need be, never newer; absent
 * until the first event comes.
 */
const marks = defineCollection<Position>('channel-mark', { keepsHistory: false })
const markKey = 'log'

export interface RecentMark {
  /** Reads what channels took since the mark. Call it before anything is taken. */
  recall(ids: RecentIds): Promise<void>
  /** Must have resolved before the first event is appended. */
  ensure(): Promise<void>
  /** Lets what is too old or too much to read again go; to be called every some seconds. */
  move(): Promise<void>
}

/** Clients give up on a call long before that. */
const recalledMs = 15 * 60_000
/** Read in about a second at the start. */
const recalledBytesMax = 256 * 1024 * 1024
/** An idle server need not write; this much more to read at the start is nothing. */
const unwrittenBytesMax = 8 * 1024 * 1024

const scanBytesMax = 8 * 1024 * 1024
const ourselves = { intentId: undefined }

interface Checkpoint {
  readonly position: Position
  readonly atMs: number
  readonly payloadBytes: number
}

export function createRecentMark({
  log,
  catalog,
  clock,
}: {
  readonly log: Pick<EventLog, 'bounds' | 'usage' | 'read' | 'after'>
  readonly catalog: Catalog
  readonly clock: Clock
}): RecentMark {
  const checkpoints: Checkpoint[] = []
  let markedBytes = Number.NEGATIVE_INFINITY
  let ensured: Promise<void> | undefined

  async function put(position: Position): Promise<void> {
    await catalog.change(ourselves, (draft) => draft.put(marks, markKey, position))
  }

  return {
    async recall(ids) {
      const mark = catalog.get(marks, markKey)
      if (mark === undefined) return
      let from = Math.max(mark, log.bounds().first) as Position
      for (;;) {
        const frames = await log.read(from, scanBytesMax)
        const last = frames.at(-1)
        if (last === undefined) return
        for (const frame of frames) {
          if (frame.kind === 'event' && frame.source === 'channel') ids.add(wordsOf(eventIdIn(frame.bytes)))
        }
        from = log.after(last.position)
      }
    },
    ensure() {
      ensured ??= catalog.get(marks, markKey) === undefined ? put(log.bounds().end) : Promise.resolve()
      return ensured
    },
    async move() {
      if (catalog.get(marks, markKey) === undefined) return
      const now = { position: log.bounds().end, atMs: clock.nowMs(), payloadBytes: log.usage().payloadBytes }
      checkpoints.push(now)
      const tooOld = checkpoints.findLastIndex(
        ({ atMs, payloadBytes }) =>
          now.atMs - atMs >= recalledMs || now.payloadBytes - payloadBytes >= recalledBytesMax,
      )
      const target = checkpoints[tooOld]
      if (target === undefined) return
      checkpoints.splice(0, tooOld)
      // Retention makes the log smaller: what counts is how far the two are apart.
      if (Math.abs(target.payloadBytes - markedBytes) < unwrittenBytesMax) return
      await put(target.position)
      markedBytes = target.payloadBytes
    },
  }
}

function eventIdIn(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + eventIdAt, 36).toString('latin1')
}
