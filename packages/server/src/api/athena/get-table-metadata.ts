import { checkDataCatalog, dataCatalogAccess, describeTable, requireTables } from './data-catalog.ts'
import { defineOperation } from './service.ts'

const action = 'athena:GetTableMetadata'

export const getTableMetadata = defineOperation({
  name: 'GetTableMetadata',
  action,
  uses: ['athena'],
  readOnly: true,
  access: (input, _capabilities, call) => dataCatalogAccess(action, call, input.CatalogName),
  run(input, { athena }, call, fail) {
    checkDataCatalog(input.CatalogName, fail)
    const wanted = input.TableName.toLowerCase()
    const found = requireTables(athena, input.DatabaseName, call, fail).find(({ name }) => name === wanted)
    if (found === undefined) return fail('MetadataException', `EntityNotFoundException: Table ${wanted} not found.`)
    return { TableMetadata: describeTable(found) }
  },
})
