import { writeSync } from 'node:fs'
import { defineCollection } from '../../ports/catalog.ts'
import { openSqliteCatalog } from './index.ts'

/*
 * The process that crash.test.ts kills: changes the catalogue as fast as it can, several changes at a time, and says
 * on standard output which ones were acknowledged. A write to a pipe outlives the process that made it.
 */

export const crashItems = defineCollection<number>('crash-item')
export const crashTotal = defineCollection<number>('crash-total')

if (import.meta.main) {
  const catalog = await openSqliteCatalog({ path: process.argv[2] ?? '' })
  const writers = Array.from({ length: 8 }, async () => {
    while (true) {
      const item = await catalog.change({ intentId: undefined }, (draft) => {
        const next = (draft.get(crashTotal, 'total') ?? 0) + 1
        draft.put(crashTotal, 'total', next)
        return next
      })
      await catalog.change({ intentId: `intent-${item}` }, (draft) => draft.put(crashItems, String(item), item))
      writeSync(1, `${item}\n`)
    }
  })
  await Promise.all(writers)
}
