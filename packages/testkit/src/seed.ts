import { fullSize } from './size.ts'

/** Reproducible randomness for simulations. */
export interface Random {
  /** 0 ≤ value < 1. */
  next(): number
  /** An integer, 0 ≤ value < `below`. */
  below(below: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  pick<Value>(values: readonly Value[]): Value
}

export function createRandom(seed: number): Random {
  // mulberry32: small, quick, and good enough to choose what goes wrong next.
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick<Value>(values: readonly Value[]): Value {
      const value = values[below(values.length)]
      if (value === undefined) throw new RangeError('nothing to pick from')
      return value
    },
  }
}

/**
 * Runs `run` once per seed and names the seed of the run that failed. CAIRN_TEST_SEED runs that one alone.
 *
 * The seeds of `npm test` are always the same; the full run begins at another place each time.
 */
export async function forEachSeed(count: number, run: (seed: number) => Promise<void>): Promise<void> {
  const only = process.env.CAIRN_TEST_SEED
  const first = only === undefined ? fullSize(1, Date.now() % 1_000_000_000) : Number(only)
  for (let seed = first; seed < first + (only === undefined ? count : 1); seed++) {
    try {
      await run(seed)
    } catch (error) {
      throw new Error(`seed ${seed} failed; run it alone with CAIRN_TEST_SEED=${seed}`, { cause: error })
    }
  }
}
