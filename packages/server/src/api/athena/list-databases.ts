import { checkDataCatalog, dataCatalogAccess, describeDatabase } from './data-catalog.ts'
import { namePage } from './name-page.ts'
import { defineOperation } from './service.ts'

const action = 'athena:ListDatabases'

export const listDatabases = defineOperation({
  name: 'ListDatabases',
  action,
  uses: ['athena'],
  readOnly: true,
  access: (input, _capabilities, call) => dataCatalogAccess(action, call, input.CatalogName),
  run(input, { athena }, { account, region }, fail) {
    checkDataCatalog(input.CatalogName, fail)
    const databases = athena.names.databases({ account, region }).map(describeDatabase)
    const { items, members } = namePage(databases, 'databases', input, fail)
    return { DatabaseList: items, ...members }
  },
})
