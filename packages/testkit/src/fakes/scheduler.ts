import type { Random } from '../seed.ts'

/**
 * Decides in which order the things that are under way happen. Code under test waits for `turn` wherever the outside
 * world would make it wait; one waiter at a time is let go, chosen by the seed.
 */
export interface Scheduler {
  /** Resolves when it is this caller's turn. Never does after `stop`. */
  turn(): Promise<void>
  /** Runs until nothing waits or `turnsMax` turns were given; returns how many were. */
  run(turnsMax: number): Promise<number>
  /** Nobody's turn comes any more: the process is dead. */
  stop(): void
}

export function createScheduler(random: Random): Scheduler {
  let isStopped = false
  let waiting: (() => void)[] = []

  return {
    turn: () => new Promise<void>((resolve) => (isStopped ? undefined : waiting.push(resolve))),
    async run(turnsMax) {
      for (let turns = 0; ; turns++) {
        // Let everything run that waits for nothing but promises.
        await new Promise((resolve) => setImmediate(resolve))
        if (turns === turnsMax || waiting.length === 0) return turns
        const [next] = waiting.splice(random.below(waiting.length), 1)
        next?.()
      }
    },
    stop() {
      isStopped = true
      waiting = []
    },
  }
}
