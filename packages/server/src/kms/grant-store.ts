import type { Catalog, CatalogDraft, CatalogReader, Cause } from '../ports/catalog.ts'
import { type GrantQuestion, grantCollection, grantedTo, grantPath, type KmsGrant, withGrants } from './grant.ts'
import { type KeyPlace, type KmsKey, keyPath } from './key.ts'

/** The grants of all keys. They count as soon as they are made, and no longer once they are gone. */
export interface Grants {
  find(key: KeyPlace, id: string): KmsGrant | undefined
  /** Of a key, by id. */
  of(key: KeyPlace): readonly KmsGrant[]
  /** Of all keys of a region that one principal may retire, by id. */
  retirableBy(principal: string, region: string): readonly KmsGrant[]
  /** The key's policy, with what its grants let the caller do. */
  policyFor(key: KmsKey, question: GrantQuestion): string
  /** Adds a grant; answers one that has the same name and says the same instead, or that there is no room. */
  create(cause: Cause, grant: KmsGrant): Promise<KmsGrant | 'too-many'>
  /** Returns whether there was one. */
  remove(cause: Cause, key: KeyPlace, id: string): Promise<boolean>
}

/** @source KMS Developer Guide, resource quotas: grants per KMS key */
const grantsPerKeyMax = 50_000

export function createGrants(catalog: Catalog): Grants {
  return {
    find: (key, id) => catalog.get(grantCollection, grantPath(key, id)),
    of: (key) => grantsOf(catalog, key),
    retirableBy: (principal, region) =>
      catalog
        .list(grantCollection)
        .map(({ value }) => value)
        .filter(({ retirer, key }) => retirer === principal && key.region === region)
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    policyFor(key, question) {
      const principals = new Set(grantsOf(catalog, key).flatMap((grant) => grantedTo(grant, question) ?? []))
      return principals.size === 0 ? key.policy : withGrants(key, [...principals], question.action)
    },
    create: (cause, grant) =>
      catalog.change(cause, (draft) => {
        const others = grantsOf(draft, grant.key)
        // A name makes a request repeatable. @source KMS API Reference, CreateGrant: Name
        const same = grant.name === undefined ? undefined : others.find((other) => saysTheSame(other, grant))
        if (same !== undefined) return same
        if (others.length >= grantsPerKeyMax) return 'too-many'
        draft.put(grantCollection, grantPath(grant.key, grant.id), grant)
        return grant
      }),
    remove: (cause, key, id) =>
      catalog.change(cause, (draft) => {
        const path = grantPath(key, id)
        const found = draft.get(grantCollection, path) !== undefined
        draft.delete(grantCollection, path)
        return found
      }),
  }
}

function grantsOf(catalog: CatalogReader, key: KeyPlace): readonly KmsGrant[] {
  return catalog.list(grantCollection, `${keyPath(key)}/`).map(({ value }) => value)
}

function saysTheSame(one: KmsGrant, other: KmsGrant): boolean {
  const facts = ({ name, issuer, grantee, retirer, operations, constraint }: KmsGrant) =>
    JSON.stringify([name, issuer, grantee, retirer, operations, constraint])
  return facts(one) === facts(other)
}

/** Takes a key's grants along when it goes. */
export function removeGrants(draft: CatalogDraft, key: KeyPlace): void {
  for (const { id } of grantsOf(draft, key)) draft.delete(grantCollection, grantPath(key, id))
}

/** Puts another name of a principal into the grants that name it. */
export function renameInGrants(draft: CatalogDraft, from: string, to: string): void {
  for (const { key, value } of draft.list(grantCollection)) {
    const { grantee, retirer } = value
    if (grantee !== from && retirer !== from) continue
    draft.put(grantCollection, key, {
      ...value,
      ...(grantee === from && { grantee: to }),
      ...(retirer === from && { retirer: to }),
    })
  }
}
