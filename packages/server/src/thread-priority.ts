import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
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
  setPriority(threadId, constants.priority.PRIORITY_BELOW_NORMAL)
}
