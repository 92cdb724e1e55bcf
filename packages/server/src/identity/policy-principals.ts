import type { CatalogDraft, CatalogReader, Collection } from '../ports/catalog.ts'
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

/**
 * Puts another name of a principal into the documents that name it: the ARN it has from now on, or, when it goes, the
 * unique id that nobody else ever has. So policies mean whom they meant, and not whoever takes the name next.
 *
 * @source IAM User Guide, AWS JSON policy elements: Principal, on ARNs of users and roles in policies that are saved
 */
export type RenamePrincipal = (draft: CatalogDraft, from: string, to: string) => void

/** Renames in documents that keep a policy of their own. */
export function inPoliciesOf<Value extends { readonly policy?: string }>(
  collection: Collection<Value>,
): RenamePrincipal {
  return (draft, from, to) => {
    for (const { key, value } of draft.list(collection)) {
      const policy = value.policy && withPrincipal(value.policy, from, to)
      if (policy !== value.policy) draft.put(collection, key, { ...value, policy })
    }
  }
}

/** A policy, which is well-formed, with another name of a principal; the text itself where it does not name it. */
export function withPrincipal(text: string, from: string, to: string): string {
  let isChanged = false
  const renamed = (name: unknown): unknown => {
    if (Array.isArray(name)) return name.map(renamed)
    if (name !== from) return name
    isChanged = true
    return to
  }
  const document = JSON.parse(text)
  for (const statement of [document.Statement].flat()) {
    for (const element of ['Principal', 'NotPrincipal']) {
      const principals = statement[element]
      if (typeof principals === 'object' && principals !== null) principals.AWS = renamed(principals.AWS)
    }
  }
  return isChanged ? JSON.stringify(document) : text
}
