/** Lets so many run at once; those that wait take turns by their owner, so nobody's hundred holds up another's one. */
export interface FairQueue {
  /**
   * Runs `work` when it is its turn and resolves when that is over. Aborted while it waits, `work` never runs and the
   * promise rejects with the signal's reason.
   */
  run(owner: string, work: () => Promise<void>, signal: AbortSignal): Promise<void>
}

export function createFairQueue(atOnceMax: number): FairQueue {
  /** In the order of their next turn. */
  const waiting = new Map<string, (() => void)[]>()
  let running = 0

  function next(): void {
    const [first] = waiting
    if (running >= atOnceMax || first === undefined) return
    const [owner, turns] = first
    const turn = turns.shift()
    waiting.delete(owner)
    // Behind everyone else who waits.
    if (turns.length > 0) waiting.set(owner, turns)
    running += 1
    turn?.()
  }

  async function turnOf(owner: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const turns = waiting.get(owner) ?? []
    waiting.set(owner, turns)
    turns.push(resolve)
    const leave = () => {
      const place = turns.indexOf(resolve)
      if (place < 0) return
      turns.splice(place, 1)
      if (turns.length === 0) waiting.delete(owner)
      reject(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    next()
    try {
      await promise
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  return {
    async run(owner, work, signal) {
      await turnOf(owner, signal)
      try {
        await work()
      } finally {
        running -= 1
        next()
      }
    },
  }
}
