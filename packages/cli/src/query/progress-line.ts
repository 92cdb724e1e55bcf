import type { Context } from '../context.ts'
import { duration } from '../output/words.ts'

/** Redrawing more often only flickers. */
const redrawMs = 150

/** One line on a terminal that says how far a query is; nothing elsewhere. */
export interface ProgressLine {
  show(text: string): Promise<void>
  /** Takes the line away, before other text. */
  clear(): Promise<void>
}

export function createProgressLine({ stderr, nowMs }: Pick<Context, 'stderr' | 'nowMs'>): ProgressLine {
  const startedMs = nowMs()
  let drawnMs = 0
  let isDrawn = false
  return {
    async show(text) {
      const now = nowMs()
      if (!stderr.isTerminal || now - drawnMs < redrawMs) return
      drawnMs = now
      isDrawn = true
      const line = `${text}  ${duration(now - startedMs)}`
      await stderr.write(`\r\u001b[K${stderr.style.dim(line.slice(0, Math.max(20, stderr.columns - 1)))}`)
    },
    async clear() {
      if (isDrawn) await stderr.write('\r\u001b[K')
      isDrawn = false
    },
  }
}
