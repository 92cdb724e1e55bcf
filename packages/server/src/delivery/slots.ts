/** Bounds how many pieces of work run at once; who comes first is served first. */
export interface Slots {
  run<Result>(work: () => Promise<Result>): Promise<Result>
}

export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = []
  let free = count
  return {
    async run(work) {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await work()
      } finally {
        // The slot is handed on, so that nobody who comes now gets before those who wait.
        const next = waiting.shift()
        if (next) next()
        else free += 1
      }
    },
  }
}
