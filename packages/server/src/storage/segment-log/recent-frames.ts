import type { Position, StoredFrame } from '../../ports/event-log.ts'
import { decodeFrame, frameLength, payloadLength } from './frame-codec.ts'
import { withOwnBytes } from './own-bytes.ts'

/**
 * What was committed last, for consumers that keep up: no file is read and no checksum computed for them.
 *
 * Kept as it was written, in one buffer that goes round. Kept as objects, each would outlive two collections of young
 * objects, of which a busy server has a hundred a second, and become one of the old ones, only to be dropped there: the
 * collector went through the whole heap more than once a second for that.
 */
export interface RecentFrames {
  /** A commit's frames, encoded, one behind the other. What does not follow the call before makes a new beginning. */
  keep(first: number, frames: { readonly count: number; readonly bytes: Buffer }): void
  /** Frames from `from` on, about `bytesMax` of them; `undefined` when `from` is not among those kept. */
  read(from: number, bytesMax: number): readonly StoredFrame[] | undefined
}

/** Where the frames of one commit stand. */
interface Kept {
  readonly first: number
  readonly end: number
  readonly at: number
  readonly length: number
}

export function createRecentFrames(bytesMax: number): RecentFrames {
  let ring = Buffer.alloc(0)
  let writeAt = 0
  /** In order and without gaps; those before `oldest` are overwritten. */
  let commits: Kept[] = []
  let oldest = 0

  function forget(): void {
    commits = []
    oldest = 0
    writeAt = 0
  }

  /** Makes room for what will stand at `[at, end)`; what is older than that goes, too. */
  function overwrite(at: number, end: number): void {
    for (let next = commits[oldest]; next && next.at < end && next.at + next.length > at; next = commits[oldest]) {
      oldest += 1
    }
    // Moving the rest to the front costs little when it is the smaller part.
    if (oldest * 2 > commits.length) {
      commits = commits.slice(oldest)
      oldest = 0
    }
  }

  /** Index of the commit that holds `offset`, or -1. */
  function holding(offset: number): number {
    let low = oldest
    let high = commits.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((commits[middle]?.first ?? 0) > offset) high = middle
      else low = middle + 1
    }
    return low > oldest && offset < (commits[low - 1]?.end ?? 0) ? low - 1 : -1
  }

  return {
    keep(first, { count, bytes }) {
      const last = commits.at(-1)
      if ((last !== undefined && last.end !== first) || bytes.length > bytesMax) forget()
      if (bytes.length > bytesMax) return
      if (ring.length === 0) ring = Buffer.allocUnsafeSlow(bytesMax)
      if (writeAt + bytes.length > bytesMax) {
        overwrite(writeAt, bytesMax)
        writeAt = 0
      }
      overwrite(writeAt, writeAt + bytes.length)
      bytes.copy(ring, writeAt)
      commits.push({ first, end: first + count, at: writeAt, length: bytes.length })
      writeAt += bytes.length
    },
    read(from, readBytesMax) {
      const start = holding(from)
      if (start < 0) return undefined
      const pieces: Buffer[] = []
      let payloadBytes = 0
      for (let nth = start; nth < commits.length; nth += 1) {
        const { first, at, length } = commits[nth] as Kept
        let begin = at
        for (let offset = first; offset < from; offset += 1) begin += frameLength(ring, begin)
        let end = begin
        for (; end < at + length; end += frameLength(ring, end)) {
          const more = payloadLength(ring, end)
          if (pieces.length + end - begin > 0 && payloadBytes + more > readBytesMax) break
          payloadBytes += more
        }
        pieces.push(ring.subarray(begin, end))
        if (end < at + length) break
      }
      // A copy: what is read may be held for longer than the ring takes to come round.
      return decodeAll(Buffer.concat(pieces), from)
    },
  }
}

function decodeAll(bytes: Buffer, from: number): readonly StoredFrame[] {
  const frames: StoredFrame[] = []
  for (let at = 0; at < bytes.length; at += frameLength(bytes, at)) {
    frames.push(decodeFrame(bytes, at, (from + frames.length) as Position))
  }
  return withOwnBytes(frames)
}
