import { registerCatalogContract } from '@cairn/testkit/contracts/catalog'
import { createMemoryCatalog } from './catalog.ts'

registerCatalogContract('memory', async () => ({ catalog: createMemoryCatalog() }))
