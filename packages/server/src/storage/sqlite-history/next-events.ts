import type { SegmentReader } from '../segment-log/index.ts'
import type { BatchedEvent } from './frame-batch.ts'
import { indexFrom } from './record-source.ts'

/** The next events of the log to be indexed. */
export interface NextEvents {
  /** Views of larger buffers. */
  readonly events: readonly BatchedEvent[]
  readonly bytes: number
  /** First position behind what was read. */
  readonly next: number
}

/**
 * What can be searched of the positions from `from` to `end` (exclusive), at most about `bytesMax` of it. All of them
 * are durable. `undefined` when no segment holds `from`.
 *
 * @throws Fault `log.damaged`
 */
export function nextEvents(
  segments: SegmentReader,
  { from, end, bytesMax }: { readonly from: number; readonly end: number; readonly bytesMax: number },
): NextEvents | undefined {
  segments.refresh()
  const events: BatchedEvent[] = []
  let bytes = 0
  let next = from
  let block = segments.blockAt(next)
  let index = -1
  while (next < end && bytes < bytesMax) {
    index = block === undefined ? -1 : indexFrom(block, index + 1, next)
    if (index === -1) {
      block = segments.blockAt(next)
      index = block === undefined ? -1 : indexFrom(block, 0, next)
    }
    if (block === undefined || index === -1) break
    const frame = block.frame(index)
    // Intents are no events; a store's events are found in that store.
    if (frame.kind === 'event' && frame.audience.kind !== 'store') events.push(frame)
    bytes += frame.bytes.length
    next += 1
  }
  return next === from ? undefined : { events, bytes, next }
}
