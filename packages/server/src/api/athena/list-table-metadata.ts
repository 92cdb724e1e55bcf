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

/** As Hive's: `*` for any text, `|` between alternatives, without regard to case. No expression takes every name. */
function namePattern(expression: string): (name: string) => boolean {
  if (expression === '') return () => true
  const alternatives = expression
    .toLowerCase()
    .split('|')
    .map((part) => part.split('*'))
  return (name) => alternatives.some((parts) => isMatch(name, parts))
}

/** Whether the parts stand in the name one after the other, the first at its start and the last at its end. */
function isMatch(name: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts
  if (rest.length === 0) return name === first
  const last = rest.pop() ?? ''
  if (!name.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}
