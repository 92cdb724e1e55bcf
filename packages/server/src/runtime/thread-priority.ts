import { readlinkSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import { basename } from 'node:path'

/**
 * Lets the main loop go first. Called by a worker thread about itself: where all processors are busy, answering comes
 * before importing and indexing, and a loop that waits its turn for a processor is as late as a blocked one.
 *
 * Linux keeps a priority per thread; elsewhere it belongs to the process, and nothing is changed.
 */
export function yieldToMainThread(): void {
  if (process.platform !== 'linux') return
  const threadId = Number(basename(readlinkSync('/proc/thread-self')))
  setPriority(threadId, behindMainThread())
}

/**
 * A priority that lets the main thread go first, whatever its own is: one that is not lower would be refused to a server
 * that was itself started with a low one.
 */
export function behindMainThread(): number {
  return Math.min(constants.priority.PRIORITY_LOW, getPriority() + constants.priority.PRIORITY_BELOW_NORMAL)
}

/** A priority behind the threads that give way to the main one: for work that nobody waits for. */
export function behindEverything(): number {
  return constants.priority.PRIORITY_LOW
}
