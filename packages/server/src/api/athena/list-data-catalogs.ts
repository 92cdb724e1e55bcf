import { dataCatalogName } from './data-catalog.ts'
import { defineOperation } from './service.ts'

/** There is one, as where nobody registered another. */
export const listDataCatalogs = defineOperation({
  name: 'ListDataCatalogs',
  action: 'athena:ListDataCatalogs',
  uses: [],
  readOnly: true,
  run: () => ({ DataCatalogsSummary: [{ CatalogName: dataCatalogName, Type: 'GLUE' as const }] }),
})
