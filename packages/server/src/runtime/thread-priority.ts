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

const asleep = new Int32Array(new SharedArrayBuffer(4))

/** Long beside the sleep, short beside what a call takes. */
const stretchMs = 0.4
const restMs = 0.2

/**
 * Gives what is to be called between small steps of work in a thread of its own: it sleeps for a moment after each
 * stretch. Linux takes a processor from a thread at the tick of its clock, up to 4 ms after one of a higher priority
 * asked for it; from a thread that goes to sleep it is had at once. A third of the thread's speed is the price.
 */
export function createRests(): () => void {
  let sinceMs = 0
  return () => {
    if (performance.now() - sinceMs < stretchMs) return
    Atomics.wait(asleep, 0, 0, restMs)
    sinceMs = performance.now()
  }
}
