import { type DigestWindow, finalWindow, firstWindow, nextWindow } from '@cairn/core/digest'
import type { ChainRecord } from './chain-record.ts'

/** What a trail wants of the digests of one of its regions. */
export type Wish =
  /** Digests, in a chain that began with this start of logging. */
  | { readonly kind: 'digests'; readonly sinceMs: number }
  /** No more digests; the last one as soon as everything is delivered. */
  | { readonly kind: 'end'; readonly isDrained: boolean }

export interface DueWindow {
  readonly window: DigestWindow
  /** Whether it is the last of its chain. */
  readonly closes: boolean
  /** Whether it lists every file that is left, one confirmed in this very second too. */
  readonly takesAll: boolean
}

/** Confirmations of the window's last moments are durable this long after it at the latest; part of the two seconds. */
const settleMs = 700

/**
 * The digest that is due of an open chain at `nowMs`; `undefined` when none is. Repeated after each digest it leads
 * through all hours that passed while nobody made digests, one by one.
 */
export function dueWindow(chain: ChainRecord, wish: Wish, nowMs: number): DueWindow | undefined {
  if (chain.isClosed) return undefined
  if (chain.last === undefined || chain.endMs === undefined) {
    const window = firstWindow(chain.beginsAtMs, chain.endMs)
    return due({ window, closes: false, takesAll: false }, nowMs)
  }
  const hour = nextWindow(chain.endMs)
  // Logging began anew before this chain had its last digest: it ends a second before the next one begins, also where
  // that is hours ago, because the bucket was away.
  const endMs =
    wish.kind === 'digests' && wish.sinceMs !== chain.sinceMs ? firstWindow(wish.sinceMs).endMs - 1001 : undefined
  if (endMs !== undefined && endMs <= hour.endMs) {
    return due({ window: finalWindow(chain.endMs, endMs), closes: true, takesAll: false }, nowMs)
  }
  if (hour.endMs + settleMs <= nowMs) return { window: hour, closes: false, takesAll: false }
  if (wish.kind === 'end' && wish.isDrained) {
    return due({ window: finalWindow(chain.endMs, nowMs - 1000), closes: true, takesAll: true }, nowMs)
  }
  return undefined
}

function due(window: DueWindow, nowMs: number): DueWindow | undefined {
  return window.window.endMs <= nowMs ? window : undefined
}
