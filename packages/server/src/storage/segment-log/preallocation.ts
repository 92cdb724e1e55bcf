import { isNoSpace } from '../disk/index.ts'

/**
 * Zeros written behind the commits of a segment, which later commits overwrite: the file system need not note in its
 * journal that the file has grown, and that is nearly half the time of a small commit. Purely for speed: a segment
 * with zeros behind its last commit and one without are the same segment.
 */
export interface Preallocation {
  /** Where the file ends. */
  readonly fileEnd: number
  /** What writing the zeros failed with, other than for want of room: durability is in doubt then. */
  readonly failure: unknown
  /** To be awaited before a commit is written up to `end`: zeros being written must not come over it. */
  settledUpTo(end: number): Promise<void> | undefined
  /** Commits end at `end` now, the last one `bytes` long. Never waits. */
  follow(end: number, bytes: number): void
  /** The file was cut at `end`. */
  cut(end: number): void
  /** Waits for what is being written. */
  settled(): Promise<void>
}

export interface PreallocationOptions {
  /** Where the file ends now. */
  readonly fileEnd: number
  /** The segment never gets longer. */
  readonly bytesMax: number
  /** Writes zeros to `[from, to)`, durably. */
  readonly writeZeros: (from: number, to: number) => Promise<void>
}

/** A thousand small commits. */
const chunkBytes = 1024 * 1024
/** Larger commits are more about bandwidth, which writing everything twice would halve. */
const commitBytesMax = 32 * 1024

export function createPreallocation({ fileEnd, bytesMax, writeZeros }: PreallocationOptions): Preallocation {
  let end = fileEnd
  let writing: Promise<void> | undefined
  let isDone = false
  let failure: unknown

  async function grow(from: number, to: number): Promise<void> {
    try {
      await writeZeros(from, to)
      end = Math.max(end, to)
    } catch (error) {
      // The commits need the room more; when they have none either, that is theirs to tell.
      isDone = true
      if (!isNoSpace(error)) failure = error
    } finally {
      writing = undefined
    }
  }

  return {
    get fileEnd() {
      return end
    },
    get failure() {
      return failure
    },
    settledUpTo: (to) => (to > end ? writing : undefined),
    follow(committed, bytes) {
      end = Math.max(end, committed)
      if (writing || isDone || bytes > commitBytesMax || end - committed > chunkBytes / 2) return
      const to = Math.min(bytesMax, end + chunkBytes)
      if (to > end) writing = grow(end, to)
    },
    cut(at) {
      end = at
    },
    async settled() {
      await writing
    },
  }
}
