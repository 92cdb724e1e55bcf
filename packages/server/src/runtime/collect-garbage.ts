import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: {
  readonly type: 'minor' | 'major'
  readonly execution: 'sync'
  readonly flavor?: string
}) => void

let collect: Collect | undefined

/** V8's own collector. Only a flag gives it away, and only to contexts made while that is set. */
function collector(): Collect {
  if (collect !== undefined) return collect
  setFlagsFromString('--expose-gc')
  const found: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  collect = typeof found === 'function' ? (options) => void found(options) : () => undefined
  return collect
}

/** Gives everything back that can be, at the cost of some hundredths of a second in which nothing else runs. */
export function collectAll(): void {
  collector()({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

/** Lets go of what is young and no longer used, buffers above all. Takes a few milliseconds at most. */
export function collectYoung(): void {
  collector()({ type: 'minor', execution: 'sync' })
}

/**
 * Has buffers that are no longer used freed within the collection that finds them, in all threads from now on. V8 leaves
 * that to its own thread, which on busy processors comes late and in the way: an import takes a tenth more of them.
 */
export function freeBuffersAtOnce(): void {
  setFlagsFromString('--no-concurrent-array-buffer-sweeping')
}
