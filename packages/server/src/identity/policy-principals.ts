import type { CatalogReader } from '../ports/catalog.ts'
import { accounts, entitiesOf, entityKey } from './entity.ts'

/**
 * Whether a principal that a policy names is there, as far as can be known: accounts of other installations are nobody's
 * to check.
 */
export function mayExist(principal: string, catalog: CatalogReader): boolean {
  const [, account = '', kind = '', path = ''] = /^arn:[^:]+:iam::(\d{12}):(user|role)\/(.+)$/.exec(principal) ?? []
  if ((kind !== 'user' && kind !== 'role') || catalog.get(accounts, account) === undefined) return true
  const name = path.slice(path.lastIndexOf('/') + 1)
  const entity = catalog.get(entitiesOf(kind), entityKey({ account, name }))
  return entity !== undefined && `${entity.path}${entity.name}` === `/${path}`
}
