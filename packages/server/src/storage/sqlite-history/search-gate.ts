import { Fault } from '../../fault.ts'

export interface SearchGateOptions {
  /** Searches that run at once, in all and of one caller. */
  readonly runningMax: number
  readonly perCallerMax: number
  /** Searches of one caller that wait. */
  readonly waitingMax: number
}

/** Lets a bounded number of searches run; those that wait are taken from one caller after the other. */
export interface SearchGate {
  /**
   * Resolves when the search may run, with the way to say that it ended.
   *
   * @throws Fault `history.busy` when too many of this caller wait; the signal's reason when it is aborted first
   */
  enter(caller: string, signal: AbortSignal): Promise<() => void>
}

interface Caller {
  running: number
  readonly waiting: (() => void)[]
}

export function createSearchGate({ runningMax, perCallerMax, waitingMax }: SearchGateOptions): SearchGate {
  /** Callers with anything running or waiting; the one served last stands last. */
  const callers = new Map<string, Caller>()
  let running = 0

  const admit = (): void => {
    for (const [name, caller] of callers) {
      if (running >= runningMax) return
      const next = caller.running < perCallerMax ? caller.waiting.shift() : undefined
      if (next === undefined) continue
      callers.delete(name)
      callers.set(name, caller)
      caller.running += 1
      running += 1
      next()
    }
  }

  const leave = (name: string, caller: Caller): void => {
    caller.running -= 1
    running -= 1
    if (caller.running === 0 && caller.waiting.length === 0) callers.delete(name)
    admit()
  }

  return {
    async enter(name, signal) {
      signal.throwIfAborted()
      const caller = callers.get(name) ?? { running: 0, waiting: [] }
      callers.set(name, caller)
      if (caller.waiting.length >= waitingMax) {
        throw new Fault('history.busy', 'too many look-ups of one caller', { waiting: caller.waiting.length })
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const giveUp = (): void => {
        const at = caller.waiting.indexOf(resolve)
        if (at !== -1) caller.waiting.splice(at, 1)
        if (caller.running === 0 && caller.waiting.length === 0) callers.delete(name)
        reject(signal.reason)
      }
      signal.addEventListener('abort', giveUp, { once: true })
      caller.waiting.push(resolve)
      admit()
      await promise.finally(() => signal.removeEventListener('abort', giveUp))
      let isOver = false
      return () => {
        if (!isOver) leave(name, caller)
        isOver = true
      }
    },
  }
}
