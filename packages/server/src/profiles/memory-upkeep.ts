import { Fault } from '../fault.ts'
import type { StorageUpkeep } from '../ports/upkeep.ts'

/** Nothing is on disk, so there is nothing to measure, to check or to copy. */
export const memoryUpkeep: StorageUpkeep = {
  usage: async () => [],
  async *check() {},
  async backUp(folder) {
    throw new Fault('backup.not-kept', 'nothing is kept on disk', { folder })
  },
}
