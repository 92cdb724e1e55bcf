import { Fault } from '../fault.ts'
import { type Catalog, type CatalogReader, defineCollection } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'

/** A clock that runs as fast as the machine's, some distance from it, and can be moved forward. */
export interface TestClock extends Clock {
  /**
   * Goes on from where it stood when the installation was last open, or begins.
   *
   * @throws Fault `clock.real-data` when the installation has lived on the machine's clock
   */
  adopt(catalog: Catalog): Promise<void>
  /** Answers what time it is then. Durable before it shows. */
  advance(byMs: number): Promise<number>
}

const collection = defineCollection<{ readonly offsetMs: number }>('test-clock', { keepsHistory: false })
const key = 'offset'

export function createTestClock(machine: Clock, beginsAtMs: number): TestClock {
  let offsetMs = beginsAtMs
  let adopted: Catalog | undefined

  function keep(catalog: Catalog, nextMs: number): Promise<void> {
    return catalog.change({ intentId: undefined }, (draft) => draft.put(collection, key, { offsetMs: nextMs }))
  }

  return {
    nowMs: () => machine.nowMs() + offsetMs,
    async adopt(catalog) {
      const known = catalog.get(collection, key)
      if (known === undefined && catalog.version > 0) {
        throw new Fault('clock.real-data', 'the installation has lived on the clock of the machine')
      }
      if (known === undefined) await keep(catalog, offsetMs)
      else offsetMs = known.offsetMs
      adopted = catalog
    },
    async advance(byMs) {
      if (adopted === undefined) throw new Fault('clock.not-adopted', 'the test clock has no catalogue yet')
      await keep(adopted, offsetMs + byMs)
      offsetMs += byMs
      return machine.nowMs() + offsetMs
    },
  }
}

/** @throws Fault `clock.test-data` when the installation has lived on a test clock: its times may lie in the future */
export function requireMachineClock(catalog: CatalogReader): void {
  if (catalog.get(collection, key) === undefined) return
  throw new Fault('clock.test-data', 'the installation lives on a test clock')
}
