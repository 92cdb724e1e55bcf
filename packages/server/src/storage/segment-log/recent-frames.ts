import type { Frame, Position, StoredFrame } from '../../ports/event-log.ts'

/** What was appended last, for consumers that keep up: no file is read and no checksum computed for them. */
export interface RecentFrames {
  /** `first` is the offset of the first frame. What does not follow the call before makes a new beginning. */
  keep(first: number, frames: readonly Frame[]): void
  /** Frames from `from` on up to about `bytesMax`; `undefined` when `from` is not among those kept. */
  read(from: number, bytesMax: number): readonly StoredFrame[] | undefined
}

interface Append {
  readonly first: number
  readonly frames: readonly Frame[]
  readonly bytes: number
}

export function createRecentFrames(bytesMax: number): RecentFrames {
  /** In order and without gaps; those before `oldest` are let go. */
  let appends: (Append | undefined)[] = []
  let oldest = 0
  let keptBytes = 0

  function letGo(): void {
    while (keptBytes > bytesMax && oldest < appends.length) {
      keptBytes -= appends[oldest]?.bytes ?? 0
      appends[oldest] = undefined
      oldest += 1
    }
    // Moving the rest to the front costs little when it is the smaller part.
    if (oldest * 2 > appends.length) {
      appends = appends.slice(oldest)
      oldest = 0
    }
  }

  /** Index of the append that holds `offset`, or -1. */
  function holding(offset: number): number {
    let low = oldest
    let high = appends.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((appends[middle]?.first ?? 0) > offset) high = middle
      else low = middle + 1
    }
    const found = appends[low - 1]
    return low > oldest && found !== undefined && offset < found.first + found.frames.length ? low - 1 : -1
  }

  return {
    keep(first, frames) {
      const last = appends.at(-1)
      if (last !== undefined && last.first + last.frames.length !== first) {
        appends = []
        oldest = 0
        keptBytes = 0
      }
      const bytes = frames.reduce((sum, frame) => sum + frame.bytes.length, 0)
      appends.push({ first, frames, bytes })
      keptBytes += bytes
      letGo()
    },
    read(from, readBytesMax) {
      const start = holding(from)
      if (start < 0) return undefined
      const batch: StoredFrame[] = []
      let bytes = 0
      for (let at = start; at < appends.length; at += 1) {
        const { first, frames } = appends[at] as Append
        for (let nth = Math.max(0, from - first); nth < frames.length; nth += 1) {
          const frame = frames[nth] as Frame
          if (batch.length > 0 && bytes + frame.bytes.length > readBytesMax) return batch
          batch.push({ ...frame, position: (first + nth) as Position })
          bytes += frame.bytes.length
        }
      }
      return batch
    },
  }
}
