import type { DigestWindow } from './digest.ts'
import { cutToSecond, raiseToSecond } from './digest-time.ts'

export const digestHourMs = 3_600_000
const secondMs = 1000

/**
 * The window of the first digest of a chain: it ends at the second in which logging began, so that every boundary of
 * the chain has the minute and second of that call. `previousEndMs` is the end of an earlier chain in the same place:
 * two digests of one name must never be, so a chain that would begin at that very second begins one later.
 *
 * @source 21 regions of a real trail, all of whose first digests end at the second of StartLogging
 */
export function firstWindow(loggingSinceMs: number, previousEndMs?: number): DigestWindow {
  const second = cutToSecond(loggingSinceMs)
  const endMs = previousEndMs === undefined ? second : Math.max(second, previousEndMs + secondMs)
  return { startMs: endMs - digestHourMs, endMs }
}

/** The window behind one that ended at `previousEndMs`. */
export function nextWindow(previousEndMs: number): DigestWindow {
  return { startMs: previousEndMs, endMs: previousEndMs + digestHourMs }
}

/**
 * The last window of a chain whose trail stopped: it ends with the second in which nothing was left to deliver, never
 * later than its hour, and is at least one second long.
 */
export function finalWindow(previousEndMs: number, drainedAtMs: number): DigestWindow {
  const { startMs, endMs } = nextWindow(previousEndMs)
  return { startMs, endMs: Math.min(endMs, Math.max(startMs + secondMs, raiseToSecond(drainedAtMs + 1))) }
}

/**
 * The window of a backfill digest: from the start of the earliest hour that misses a file to the end of the latest.
 * `previousEndMs`, the end of the backfill digest before it, is always passed: names along the chain only grow, since
 * a reader begins with the greatest and follows the links down.
 */
export function backfillWindow(missed: readonly DigestWindow[], previousEndMs: number | undefined): DigestWindow {
  const startMs = missed.reduce((least, window) => Math.min(least, window.startMs), Number.POSITIVE_INFINITY)
  const lastEndMs = missed.reduce((greatest, window) => Math.max(greatest, window.endMs), Number.NEGATIVE_INFINITY)
  return { startMs, endMs: previousEndMs === undefined ? lastEndMs : Math.max(lastEndMs, previousEndMs + secondMs) }
}

/** The hour of a chain in which a moment lies; `boundaryMs` is any boundary of the chain. */
export function hourOf(momentMs: number, boundaryMs: number): DigestWindow {
  const hours = Math.floor((momentMs - boundaryMs) / digestHourMs)
  return nextWindow(boundaryMs + hours * digestHourMs)
}
