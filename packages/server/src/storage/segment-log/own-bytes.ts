import type { StoredFrame } from '../../ports/event-log.ts'
import { giveBack } from '../../runtime/give-back.ts'

/** Batches whose bytes are views of one buffer that nobody else looks at. */
const alone = new WeakSet<readonly StoredFrame[]>()

/** Says so of a batch, and gives it. */
export function withOwnBytes<Batch extends readonly StoredFrame[]>(batch: Batch): Batch {
  alone.add(batch)
  return batch
}

/** See `EventLog.letGo`. What shares its bytes, as frames of a cached block do, is left as it is. */
export function letGo(batch: readonly StoredFrame[]): void {
  const [first] = batch
  // Frames in memory are never of shared memory.
  if (first !== undefined && alone.delete(batch)) giveBack(first.bytes as Uint8Array<ArrayBuffer>)
}
