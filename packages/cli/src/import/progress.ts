import type { ImportCounts } from '@cairn/server/imports'
import type { Output } from '../output/output.ts'
import { amount, duration } from '../output/words.ts'

/** What there is to do, as far as it has been counted. */
export interface Expected {
  files: number
  bytes: number
  isComplete: boolean
}

/** Redrawing more often only flickers. */
const redrawMs = 150

/** One line on a terminal that follows an import; nothing elsewhere. */
export interface Progress {
  update(done: ImportCounts & { readonly files: number; readonly bytes: number }): Promise<void>
  /** Takes the line away, before other text. */
  clear(): Promise<void>
}

export function createProgress(output: Output, expected: Expected, nowMs: () => number): Progress {
  const startedMs = nowMs()
  let drawnMs = 0
  let isDrawn = false
  return {
    async update(done) {
      const now = nowMs()
      if (!output.isTerminal || now - drawnMs < redrawMs) return
      drawnMs = now
      isDrawn = true
      const seconds = Math.max(1, now - startedMs) / 1000
      const parts = [
        `${amount(done.records)} events`,
        `${amount(Math.round(done.records / seconds))}/s`,
        `${amount(done.files)}${expected.isComplete ? ` of ${amount(expected.files)}` : ''} files`,
      ]
      if (expected.isComplete && done.bytes > 0 && expected.bytes > 0) {
        // What was read is not yet taken in: while files are left, so is work.
        const share = Math.min(done.files < expected.files ? 0.99 : 1, done.bytes / expected.bytes)
        parts.push(`${Math.floor(share * 100)} %`, `${duration((seconds * (1 - share) * 1000) / share)} left`)
      }
      await output.write(`\r\u001b[K${parts.join('  ').slice(0, Math.max(20, output.columns - 1))}`)
    },
    async clear() {
      if (isDrawn) await output.write('\r\u001b[K')
      isDrawn = false
    },
  }
}
