import { checkDataCatalog, dataCatalogAccess, describeDatabase, requireDatabase } from './data-catalog.ts'
import { defineOperation } from './service.ts'

const action = 'athena:GetDatabase'

export const getDatabase = defineOperation({
  name: 'GetDatabase',
  action,
  uses: ['athena'],
  readOnly: true,
  access: (input, _capabilities, call) => dataCatalogAccess(action, call, input.CatalogName),
  run(input, { athena }, call, fail) {
    checkDataCatalog(input.CatalogName, fail)
    requireDatabase(athena, input.DatabaseName, call, fail)
    return { Database: describeDatabase(input.DatabaseName.toLowerCase()) }
  },
})
