import type { Position, StoredFrame } from '../ports/event-log.ts'

/**
 * The bytes that the router read last. Most events are delivered soon after they were routed: taken from here they
 * need not be read and checked a second time.
 */
export interface RecentRecords {
  /** Frames that follow each other. */
  keep(frames: readonly StoredFrame[]): void
  /** The record at a position; `undefined` when it was read too long ago. */
  find(position: Position): Uint8Array | undefined
}

interface Batch {
  readonly first: number
  /** Of each frame; the frames themselves would be the largest part of what the collector has to look at. */
  readonly records: readonly Uint8Array[]
  readonly bytes: number
}

/** Frames share the buffer of the batch they were read with, so whole batches are kept and let go. */
export function createRecentRecords(bytesMax: number): RecentRecords {
  const batches: Batch[] = []
  let bytes = 0
  /** Of the last answer: its batch mostly has the next one, too. */
  let latest: Batch | undefined
  return {
    keep(frames) {
      const [first, last] = [frames[0], frames.at(-1)]
      if (first === undefined || last === undefined) return
      // A record is found by its place in the batch.
      if (last.position - first.position !== frames.length - 1) return
      const added = frames.reduce((sum, frame) => sum + frame.bytes.length, 0)
      batches.push({ first: first.position, records: frames.map((frame) => frame.bytes), bytes: added })
      bytes += added
      while (bytes > bytesMax) bytes -= batches.shift()?.bytes ?? bytes
      latest = undefined
    },
    find(position) {
      const known = latest?.records[position - latest.first]
      if (known !== undefined) return known
      latest = batches.findLast(({ first }) => first <= position)
      return latest?.records[position - latest.first]
    },
  }
}
