import { namePattern } from '../../lake/athena/index.ts'
import { checkDataCatalog, dataCatalogAccess, describeTable, requireTables } from './data-catalog.ts'
import { namePage } from './name-page.ts'
import { defineOperation } from './service.ts'

const action = 'athena:ListTableMetadata'

/** Tables that a database names; `cloudtrail_logs_<bucket>` can be asked in any of them, and is in no list. */
export const listTableMetadata = defineOperation({
  name: 'ListTableMetadata',
  action,
  uses: ['athena'],
  readOnly: true,
  access: (input, _capabilities, call) => dataCatalogAccess(action, call, input.CatalogName),
  run(input, { athena }, call, fail) {
    const { CatalogName: catalog, DatabaseName: database, Expression: expression = '' } = input
    checkDataCatalog(catalog, fail)
    const wanted = namePattern(expression)
    const tables = requireTables(athena, database, call, fail).filter(({ name }) => wanted(name))
    const list = JSON.stringify(['tables', database.toLowerCase(), expression])
    const { items, members } = namePage(tables.map(describeTable), list, input, fail)
    return { TableMetadataList: items, ...members }
  },
})
