/**
 * Lets sealing work when appends do not: it wants the same processor and disk. What ends while appends are busy waits,
 * up to `backlogMax` segments; then both share.
 */
export interface SealingPace {
  /** Told when appends begin and when none is left. */
  setBusy(isBusy: boolean): void
  /** Told how many segments wait. */
  setBacklog(segments: number): void
  /** While `run` waits behind sealing, sealing does not wait. */
  hurryFor<Value>(run: () => Promise<Value>): Promise<Value>
  /** Resolves when the next stretch may be sealed. */
  turn(): Promise<void>
  /** Nothing waits any more. */
  stop(): void
}

// With segments of 64 MiB, a burst of 1 GiB, for which the disk must have room uncompressed.
const backlogMax = 16

export function createSealingPace(): SealingPace {
  let isBusy = false
  let isStopped = false
  let backlog = 0
  let hurrying = 0
  let waiting: (() => void)[] = []

  const mayWork = () => !isBusy || isStopped || hurrying > 0 || backlog > backlogMax
  function wake(): void {
    if (!mayWork()) return
    const woken = waiting
    waiting = []
    for (const resolve of woken) resolve()
  }

  return {
    setBusy(now) {
      isBusy = now
      wake()
    },
    setBacklog(segments) {
      backlog = segments
      wake()
    },
    async hurryFor(run) {
      hurrying += 1
      wake()
      try {
        return await run()
      } finally {
        hurrying -= 1
      }
    },
    turn: () => (mayWork() ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    stop() {
      isStopped = true
      wake()
    },
  }
}
