import { Fault } from '../../fault.ts'
import { openCatalogDatabase } from './catalog-database.ts'
import { openDatabase } from './schema.ts'

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

/** The documents of a catalogue that is whole, as JSON: to look for what they say of other parts. */
export function catalogTexts(path: string): readonly string[] {
  const database = openDatabase(path)
  try {
    const rows = database.prepare('SELECT json FROM document WHERE to_version IS NULL').all()
    return rows.map(({ json }) => String(json))
  } finally {
    database.close()
  }
}
