import type { CatalogDraft, Cause } from '../ports/catalog.ts'
import { keysOf } from './entities.ts'
import {
  type AccessKey,
  type AccessKeyOwner,
  type AccessKeyUse,
  accessKeyContext,
  accessKeys,
  accessKeyUses,
  type EntityName,
  entitiesOf,
  entityKey,
} from './entity.ts'
import { limits } from './limits.ts'
import type { Principal } from './principal.ts'
import type { Refuse } from './refuse.ts'
import type { IdentityStore } from './store.ts'
import { newAccessKeyId, newSecretAccessKey } from './unique-id.ts'

/** A key with its secret, which is shown once. */
export interface NewAccessKey {
  readonly key: AccessKey
  readonly secretAccessKey: string
}

/** Long-term keys of users. */
export interface AccessKeys {
  /** Oldest first. */
  of(user: EntityName<'user'>): readonly AccessKey[]
  find(accessKeyId: string): AccessKey | undefined
  create(
    cause: Cause,
    user: EntityName<'user'>,
    refuse: Refuse<'NoSuchEntityException' | 'LimitExceededException'>,
  ): Promise<NewAccessKey>
  setActive(
    cause: Cause,
    user: EntityName<'user'>,
    accessKeyId: string,
    isActive: boolean,
    refuse: Refuse<'NoSuchEntityException'>,
  ): Promise<void>
  delete(
    cause: Cause,
    user: EntityName<'user'>,
    accessKeyId: string,
    refuse: Refuse<'NoSuchEntityException'>,
  ): Promise<void>
  lastUse(accessKeyId: string): AccessKeyUse | undefined
  /** To be told of every call that was proven; cheap. Only a user's long-term key has a last use. */
  noteUse(principal: Principal, use: { readonly service: string; readonly region: string }): void
}

/** How far the stored last use may lag behind: a change of the catalogue per call would be dear. */
const useGranularityMs = { sameUse: 15 * 60_000, otherUse: 60_000 }

export function createAccessKeys(store: IdentityStore): AccessKeys {
  const { catalog, clock } = store
  /** Last use as told to the catalogue, also while that change is under way. */
  const noted = new Map<string, AccessKeyUse>()

  function ownedBy(
    draft: CatalogDraft,
    user: EntityName<'user'>,
    accessKeyId: string,
    refuse: Refuse<'NoSuchEntityException'>,
  ): AccessKey {
    const key = draft.get(accessKeys, accessKeyId)
    if (key?.owner.kind !== 'user' || entityKey(key.owner) !== entityKey(user)) {
      return refuse('NoSuchEntityException', `The Access Key with id ${accessKeyId} cannot be found.`)
    }
    return key
  }

  return {
    of: (user) => keysOf(catalog, user),
    find: (accessKeyId) => catalog.get(accessKeys, accessKeyId),

    create: (cause, name, refuse) =>
      catalog.change(cause, (draft) => {
        const user = draft.get(entitiesOf('user'), entityKey(name))
        if (user === undefined) {
          return refuse('NoSuchEntityException', `The user with name ${name.name} cannot be found.`)
        }
        if (keysOf(draft, user).length >= limits.accessKeysPerUser) {
          refuse('LimitExceededException', `Cannot exceed quota for AccessKeysPerUser: ${limits.accessKeysPerUser}`)
        }
        return putNewKey(draft, { kind: 'user', account: user.account, name: user.name }, store)
      }),

    setActive: (cause, user, accessKeyId, isActive, refuse) =>
      catalog.change(cause, (draft) => {
        draft.put(accessKeys, accessKeyId, { ...ownedBy(draft, user, accessKeyId, refuse), isActive })
      }),

    delete: (cause, user, accessKeyId, refuse) =>
      catalog.change(cause, (draft) => {
        ownedBy(draft, user, accessKeyId, refuse)
        draft.delete(accessKeys, accessKeyId)
        draft.delete(accessKeyUses, accessKeyId)
        noted.delete(accessKeyId)
      }),

    lastUse: (accessKeyId) => catalog.get(accessKeyUses, accessKeyId),

    noteUse(principal, { service, region }) {
      if (principal.kind !== 'user' || principal.session !== undefined) return
      const { accessKeyId } = principal
      const atMs = clock.nowMs()
      const before = noted.get(accessKeyId) ?? catalog.get(accessKeyUses, accessKeyId)
      if (before !== undefined) {
        const isSame = before.service === service && before.region === region
        if (atMs - before.atMs < (isSame ? useGranularityMs.sameUse : useGranularityMs.otherUse)) return
      }
      const use = { atMs, service, region }
      noted.set(accessKeyId, use)
      const noting = catalog.change({ intentId: undefined }, (draft) => {
        if (draft.get(accessKeys, accessKeyId) !== undefined) draft.put(accessKeyUses, accessKeyId, use)
      })
      // A catalogue that fails tells its owner itself; the call that was signed does not depend on this note.
      noting.catch(() => noted.delete(accessKeyId))
    },
  }
}

/** Makes a key and puts it into the draft, its secret sealed. */
export function putNewKey(
  draft: CatalogDraft,
  owner: AccessKeyOwner,
  { ids, vault, clock }: IdentityStore,
): NewAccessKey {
  const id = newAccessKeyId('AKIA', owner.kind === 'operator' ? operatorAccount : owner.account, ids)
  const secretAccessKey = newSecretAccessKey(ids)
  const key: AccessKey = {
    id,
    owner,
    isActive: true,
    createdAtMs: clock.nowMs(),
    sealedSecret: vault.seal(Buffer.from(secretAccessKey), accessKeyContext(id)),
  }
  draft.put(accessKeys, id, key)
  return { key, secretAccessKey }
}

/** The operator stands above accounts; its key's id names an account that cannot exist on AWS. */
const operatorAccount = '000000000000'
