/**
 * Where frames stand in an open segment's file: one entry per `spacing` bytes, so a segment of 64 MiB costs 64 KiB of
 * memory however small its commits are, and reading one frame reads little more than `spacing`.
 */
export interface OffsetIndex {
  /** Notes that the frame `offset` starts at byte `at`. Frames are noted in order; most are not kept. */
  note(offset: number, at: number): void
  /**
   * The closest kept frame at or before `offset`, and the byte at which the one kept after it starts (`undefined`
   * for the last). The first kept frame for an `offset` before it; `undefined` when nothing is kept.
   */
  find(offset: number): { readonly offset: number; readonly at: number; readonly until: number | undefined } | undefined
}

const spacing = 16 * 1024

export function createOffsetIndex(): OffsetIndex {
  const offsets: number[] = []
  const ats: number[] = []
  let nextAt = 0

  return {
    note(offset, at) {
      if (at < nextAt) return
      offsets.push(offset)
      ats.push(at)
      nextAt = at + spacing
    },
    find(offset) {
      let low = 0
      let high = offsets.length - 1
      while (low < high) {
        const middle = (low + high + 1) >>> 1
        if ((offsets[middle] as number) <= offset) low = middle
        else high = middle - 1
      }
      const found = offsets[low]
      const at = ats[low]
      return found === undefined || at === undefined ? undefined : { offset: found, at, until: ats[low + 1] }
    },
  }
}
