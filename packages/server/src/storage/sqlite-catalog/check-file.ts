import { Fault } from '../../fault.ts'
import { openCatalogDatabase } from './catalog-database.ts'

/**
 * What is wrong with a catalogue that no process has open, one sentence each, also one that a server would refuse to
 * start on. Blocks its thread: for a command, not for a server. Changes nothing but what opening does by itself.
 *
 * @throws Fault `catalog.newer-format`: what cannot be read is not known to be wrong
 */
export function checkCatalogFile(path: string): readonly string[] {
  try {
    const database = openCatalogDatabase(path)
    try {
      return database.check()
    } finally {
      database.close()
    }
  } catch (error) {
    if (error instanceof Fault && error.code === 'catalog.newer-format') throw error
    return [error instanceof Fault ? `${error.message} (${error.code})` : String(error)]
  }
}
