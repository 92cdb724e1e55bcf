import type { StoredFrame } from '../../ports/event-log.ts'

/** A run of offsets in one file, open or sealed. Readers may call at any time, also while it is being replaced. */
export interface Segment {
  readonly name: string
  /** `first` ≤ offsets < `end`. */
  readonly first: number
  readonly end: number
  readonly frames: number
  readonly payloadBytes: number
  /** Of the file, as far as it means anything. */
  readonly writtenBytes: number
  /** What the file takes from the disk. */
  readonly diskBytes: number
  readonly newestAcceptedAtMs: number
  /** Frames from `from` on, at most about `bytesMax` of payload, at least one if there is any. */
  read(from: number, bytesMax: number): Promise<StoredFrame[]>
  /** The frames at `offsets`, all within the segment, in the order asked. */
  fetch(offsets: readonly number[]): Promise<StoredFrame[]>
  /** Waits for readers, then lets the file go. */
  close(): Promise<void>
}
