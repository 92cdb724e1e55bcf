import { closeSync, openSync, readdirSync, statSync } from 'node:fs'
import { errorCode } from './disk.ts'
import { type FrameBlock, readAt, type SegmentFile } from './frame-block.ts'
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
  /** Learns of segments that were added, sealed or removed since. Call it before a number of reads. */
  refresh(): void
  close(): void
}

/** Files kept open. Enough for a page of hits spread over a year; the least recently used is closed. */
const filesMax = 64

export function createSegmentReader(directory: string, cacheBytesMax: number): SegmentReader {
  const listing = createListing(directory)
  const files = new Map<string, SegmentFile>()
  const blocks = new Map<string, FrameBlock>()
  let cachedBytes = 0

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

  const keep = (key: string, read: () => FrameBlock): FrameBlock => {
    const known = blocks.get(key)
    const block = known ?? read()
    blocks.delete(key)
    blocks.set(key, block)
    if (known === undefined) cachedBytes += block.bytes.length
    for (const [oldest, { bytes }] of blocks) {
      if (cachedBytes <= cacheBytesMax) break
      blocks.delete(oldest)
      cachedBytes -= bytes.length
    }
    return block
  }

  return {
    blockAt(position) {
      const name = listing.holderOf(position)
      const found = name === undefined ? undefined : open(name)?.find(position)
      return found && keep(`${name} ${found.key}`, found.read)
    },
    refresh() {
      if (!listing.refresh()) return
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
