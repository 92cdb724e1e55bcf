import type { FrameBlock, SegmentReader } from '../segment-log/index.ts'
import { type BatchedEvent, batchedEvents, type FrameBatch } from './frame-batch.ts'
import { passing } from './prefilter.ts'

/** Events fetched to be looked at. */
export interface Fetched {
  /** Those whose bytes do not rule them out already. The bytes are views of larger buffers. */
  readonly events: readonly BatchedEvent[]
  /** All that were fetched, and their bytes. */
  readonly count: number
  readonly bytes: number
}

/** Where the worker gets events from. */
export interface RecordSource {
  /**
   * The events at `positions` (ascending) that can hold all of `literals`. `pause` is called between pieces of work
   * of well under a millisecond.
   */
  fetch(positions: readonly number[], literals: readonly Buffer[], pause: () => Promise<void>): Promise<Fetched>
}

/** Events asked of the main thread at once: what it packs in about a millisecond. */
const remoteMax = 256

/** Asks the main thread for each batch: for logs that only it can read, and for what is found in no segment. */
export function createRemoteSource(fetch: (positions: readonly number[]) => Promise<FrameBatch>): RecordSource {
  return {
    async fetch(positions, literals, pause) {
      const fetched = { events: [] as BatchedEvent[], count: 0, bytes: 0 }
      for (let next = 0; next < positions.length; next += remoteMax) {
        const batch = await fetch(positions.slice(next, next + remoteMax))
        const pass = passing(Buffer.from(batch.bytes), batch.ends, literals)
        for (const [index, event] of [...batchedEvents(batch)].entries()) {
          if (pass[index] === 1) fetched.events.push(event)
        }
        fetched.count += batch.ends.length
        fetched.bytes += batch.bytes.byteLength
        await pause()
      }
      return fetched
    },
  }
}

/** Events asked for in one block from which on it is searched as a whole. */
const denseMin = 8

/** Reads segments itself; what it finds in none, because retention is at work, it leaves to `log`. */
export function createSegmentSource(segments: SegmentReader, log: RecordSource): RecordSource {
  return {
    async fetch(positions, literals, pause) {
      segments.refresh()
      const events: BatchedEvent[] = []
      const elsewhere: number[] = []
      // Blocks hold one account each: with several accounts, neighbours in position take turns between blocks.
      const passes = new WeakMap<FrameBlock, Uint8Array>()
      // Searching all of a block pays only where many of its events are asked for.
      const passOf = (block: FrameBlock, further: number | undefined): Uint8Array | undefined => {
        const isDense = further !== undefined && further <= (block.positions.at(-1) ?? 0)
        const pass = passes.get(block) ?? (isDense ? passing(block.bytes, block.ends, literals) : undefined)
        if (pass !== undefined) passes.set(block, pass)
        return pass
      }
      let count = 0
      let bytes = 0
      let block: FrameBlock | undefined
      let pass: Uint8Array | undefined
      let index = 0
      let prepared = 0
      for (const [nth, position] of positions.entries()) {
        if (nth === prepared) {
          await pause()
          prepared = segments.prepare(positions, nth)
        }
        index = block === undefined ? -1 : indexFrom(block, index, position)
        if (index === -1) {
          block = segments.blockAt(position)
          index = block === undefined ? -1 : indexFrom(block, 0, position)
          pass = block && passOf(block, positions[nth + denseMin])
        }
        if (block === undefined || index === -1) {
          elsewhere.push(position)
          block = undefined
          continue
        }
        count += 1
        bytes += (block.ends[index] ?? 0) - (block.starts[index] ?? 0)
        if (pass === undefined || pass[index] === 1) events.push(block.frame(index))
      }
      if (elsewhere.length === 0) return { events, count, bytes }
      const rest = await log.fetch(elsewhere, literals, pause)
      return { events: [...events, ...rest.events], count: count + rest.count, bytes: bytes + rest.bytes }
    },
  }
}

/** Index of `position` in a block, at or behind `from`; -1 when it is not there. */
export function indexFrom({ positions }: FrameBlock, from: number, position: number): number {
  let index = from
  while (index < positions.length && (positions[index] ?? 0) < position) index += 1
  return positions[index] === position ? index : -1
}
