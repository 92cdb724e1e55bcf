/** Runs work on one key strictly one after the other, work on different keys side by side. */
export interface KeyLock {
  run<Result>(key: string, work: () => Promise<Result>): Promise<Result>
}

export function createKeyLock(): KeyLock {
  const tails = new Map<string, Promise<unknown>>()
  return {
    async run(key, work) {
      const before = tails.get(key)
      const mine = (async () => {
        await before?.catch(() => {})
        return work()
      })()
      tails.set(key, mine)
      try {
        return await mine
      } finally {
        if (tails.get(key) === mine) tails.delete(key)
      }
    },
  }
}
