import { closeSync, openSync, readdirSync, statSync } from 'node:fs'
import { errorCode } from '../disk/index.ts'
import { type BlockPlace, type FrameBlock, readAt, type SegmentFile } from './frame-block.ts'
import { createLoadedBlocks } from './loaded-blocks.ts'
import { createOpenFile } from './open-file.ts'
import { createSealedFile } from './sealed-file.ts'
import { decodeHeader, headerBytes, segmentFirst } from './segment-format.ts'

/**
 * Reads the log's files beside the log, from a worker that must not ask the main thread for every event. No lock is
 * needed: what is durable never changes. It blocks its own thread only.
 */
export interface SegmentReader {
  /**
   * The block that holds `position`, which must be durable; `undefined` when no segment known here has it.
   *
   * @throws Fault `log.damaged`
   */
  blockAt(position: number): FrameBlock | undefined
  /**
   * Reads the next blocks that `positions` (ascending, durable) are in from index `from` on, where they are not at hand
   * yet: together they take half the time. Returns the index behind those that are now; at least one more.
   *
   * @throws Fault `log.damaged`
   */
  prepare(positions: readonly number[], from: number): number
  /** How often `refresh` found other segments than before. */
  readonly changes: number
  /** Learns of segments that were added, sealed or removed since. Call it before a number of reads. */
  refresh(): void
  close(): void
}

/** Files kept open. Enough for a page of hits spread over a year; the least recently used is closed. */
const filesMax = 64

/** Inflated together: a fifth of a millisecond, and a decompressor for each eight blocks. */
const togetherBytes = 256 * 1024

/** Places looked up for that. Fewer than `filesMax`, so that no file is closed before its block is read. */
const togetherMax = 32

/**
 * `onDrop` is told of blocks that are no longer kept. Whoever looks at one block at a time may give their bytes back: the
 * one that was asked for last is never among them.
 */
export function createSegmentReader(
  directory: string,
  cacheBytesMax: number,
  onDrop: (block: FrameBlock) => void = () => {},
): SegmentReader {
  const listing = createListing(directory)
  const files = new Map<string, SegmentFile>()
  const blocks = createLoadedBlocks(cacheBytesMax, onDrop)
  let changes = 0

  const open = (name: string): SegmentFile | undefined => {
    const file = files.get(name) ?? openFile(`${directory}/${name}`)
    files.delete(name)
    if (file === undefined) return undefined
    files.set(name, file)
    const [oldest, ...others] = files.entries()
    if (oldest !== undefined && others.length >= filesMax) {
      oldest[1].close()
      files.delete(oldest[0])
    }
    return file
  }

  /** The place of a position; its key tells it from those in other files. */
  const placeOf = (position: number): BlockPlace | undefined => {
    const name = listing.holderOf(position)
    const found = name === undefined ? undefined : open(name)?.find(position)
    return found && { ...found, key: `${name} ${found.key}` }
  }

  return {
    get changes() {
      return changes
    },
    blockAt(position) {
      const place = placeOf(position)
      if (place === undefined) return undefined
      if (!blocks.has(place.key)) blocks.load([place])
      return blocks.get(place.key)
    },
    prepare(positions, from) {
      const wanted = new Map<string, BlockPlace>()
      let bytes = 0
      let next = from
      for (let until = 0, lookedUp = 0; next < positions.length; next += 1) {
        const position = positions[next] ?? 0
        if (position < until) continue
        lookedUp += 1
        if (lookedUp > togetherMax) break
        const place = placeOf(position)
        if (place === undefined) continue
        until = place.until
        // What need not be inflated is read when it is asked for.
        if (place.content.kind === 'plain' || blocks.has(place.key) || wanted.has(place.key)) continue
        bytes += place.content.rawBytes
        if (bytes > togetherBytes && wanted.size > 0) break
        wanted.set(place.key, place)
      }
      if (wanted.size > 0) blocks.load([...wanted.values()])
      return next
    },
    refresh() {
      if (!listing.refresh()) return
      changes += 1
      for (const [name, file] of files) {
        if (listing.has(name) && !file.isStale()) continue
        file.close()
        files.delete(name)
      }
    },
    close() {
      for (const file of files.values()) file.close()
      files.clear()
      blocks.clear()
    },
  }
}

/** Names of the segments, read again when the directory changed. */
function createListing(directory: string): {
  /** Whether there was a change. */
  refresh(): boolean
  has(name: string): boolean
  holderOf(position: number): string | undefined
} {
  let readAtMs = -1
  let names: readonly string[] = []
  let firsts: readonly number[] = []
  const refresh = (): boolean => {
    const { mtimeMs } = statSync(directory)
    if (mtimeMs === readAtMs) return false
    names = readdirSync(directory)
      .filter((name) => segmentFirst(name) !== undefined)
      .sort()
    firsts = names.map((name) => segmentFirst(name) ?? 0)
    readAtMs = mtimeMs
    return true
  }
  refresh()
  return {
    refresh,
    has: (name) => names.includes(name),
    holderOf(position) {
      let low = 0
      let high = firsts.length
      while (low < high) {
        const middle = (low + high) >>> 1
        if ((firsts[middle] ?? 0) <= position) low = middle + 1
        else high = middle
      }
      return names[low - 1]
    },
  }
}

/** `undefined` when retention removed the segment meanwhile. @throws Fault `log.damaged` */
function openFile(path: string): SegmentFile | undefined {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    const header = decodeHeader(readAt(descriptor, 0, headerBytes), path)
    return header.kind === 'sealed'
      ? createSealedFile(descriptor, path, header)
      : createOpenFile(descriptor, path, header)
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}
