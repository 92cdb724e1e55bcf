import type { Catalog } from '../../ports/catalog.ts'
import { QueuedCatalog } from '../catalog-core/index.ts'

/** A catalogue that lives as long as the process: for tests, and for trying things out. */
export function createMemoryCatalog(): Catalog {
  const journal = {
    commit: async () => {},
    release: async () => {},
    close: async () => {},
  }
  return new QueuedCatalog(journal, { version: 0, oldestVersion: 0, documents: [], intents: [] })
}
