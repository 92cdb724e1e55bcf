import type { SegmentReader } from '../segment-log/index.ts'
import type { BatchedEvent } from './frame-batch.ts'
import { indexFrom } from './record-source.ts'

/** A stretch of the log on its way into the index. */
export interface Stretch {
  /**
   * What can be searched of it, read while it is gone through, once: so no more than a block is held at a time. The
   * bytes are views of larger buffers.
   */
  readonly events: Iterable<BatchedEvent>
  /** What was gone through so far. */
  readonly passed: {
    readonly events: number
    readonly bytes: number
    /** First position behind it. */
    readonly next: number
  }
}

/**
 * The stretch from `from` to `end` (exclusive), or to about `bytesMax`. All positions in it are durable. When no segment
 * holds `from`, nothing is passed.
 *
 * Going through throws Fault `log.damaged`.
 */
export function nextEvents(
  segments: SegmentReader,
  { from, end, bytesMax }: { readonly from: number; readonly end: number; readonly bytesMax: number },
): Stretch {
  const passed = { events: 0, bytes: 0, next: from }
  function* events(): Generator<BatchedEvent, void, undefined> {
    segments.refresh()
    let block = segments.blockAt(from)
    let index = -1
    while (passed.next < end && passed.bytes < bytesMax) {
      index = block === undefined ? -1 : indexFrom(block, index + 1, passed.next)
      if (index === -1) {
        block = segments.blockAt(passed.next)
        index = block === undefined ? -1 : indexFrom(block, 0, passed.next)
      }
      if (block === undefined || index === -1) return
      const frame = block.frame(index)
      passed.bytes += frame.bytes.length
      passed.next += 1
      // Intents are no events; a store's events are found in that store.
      if (frame.kind !== 'event' || frame.audience.kind === 'store') continue
      passed.events += 1
      yield frame
    }
  }
  return { events: events(), passed }
}
