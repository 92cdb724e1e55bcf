import type { CatalogDraft } from '../ports/catalog.ts'
import { putNewKey } from './access-keys.ts'
import { readyMadePolicies } from './aws-policies.ts'
import { accessKeyContext, accessKeys, accounts, entitiesOf, entityKey, installation, policies } from './entity.ts'
import type { IdentityStore } from './store.ts'
import { newEntityId } from './unique-id.ts'

/** A key as it is written for people and clients. Secret: print it to a terminal or a file of mode 0600 only. */
export interface KeyPair {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** The keys made at first start that still exist. */
export interface InstallationKeys {
  /** For Cairn's own endpoints; above accounts. */
  readonly operator: KeyPair | undefined
  readonly accounts: readonly {
    readonly account: string
    /** For recovery: cannot be locked out by a policy. */
    readonly root: KeyPair | undefined
    /** Of the IAM user `admin`. */
    readonly admin: KeyPair | undefined
  }[]
}

/**
 * Makes sure that the operator's key and the accounts exist, each new account with its root, the user `admin`, and
 * the ready-made policies; one change, so that a crash leaves all or nothing. Idempotent; what exists is left alone.
 */
export async function prepareInstallation(store: IdentityStore, wanted: readonly string[]): Promise<void> {
  await store.catalog.change({ intentId: undefined }, (draft) => {
    if (draft.get(installation, 'operator') === undefined) {
      draft.put(installation, 'operator', putNewKey(draft, { kind: 'operator' }, store).key.id)
    }
    for (const account of wanted) {
      if (draft.get(accounts, account) === undefined) putNewAccount(draft, account, store)
    }
  })
}

/**
 * The keys made at first start, unsealed, so that their file can be written again after it was lost. A key that was
 * deleted since is absent.
 */
export function installationKeys({ catalog, vault }: IdentityStore): InstallationKeys {
  const reveal = (accessKeyId: string | undefined): KeyPair | undefined => {
    const key = accessKeyId === undefined ? undefined : catalog.get(accessKeys, accessKeyId)
    if (key === undefined) return undefined
    const secret = vault.unseal(key.sealedSecret, accessKeyContext(key.id))
    return { accessKeyId: key.id, secretAccessKey: Buffer.from(secret).toString('latin1') }
  }
  return {
    operator: reveal(catalog.get(installation, 'operator')),
    accounts: catalog.list(accounts).map(({ value: { account, rootKeyId, adminKeyId } }) => ({
      account,
      root: reveal(rootKeyId),
      admin: reveal(adminKeyId),
    })),
  }
}

function putNewAccount(draft: CatalogDraft, account: string, store: IdentityStore): void {
  const { clock, ids, partition } = store
  const createdAtMs = clock.nowMs()
  const root = putNewKey(draft, { kind: 'root', account }, store)
  const admin = putNewKey(draft, { kind: 'user', account, name: 'admin' }, store)
  draft.put(accounts, account, { account, createdAtMs, rootKeyId: root.key.id, adminKeyId: admin.key.id })
  // In emulator mode an account is used before it is configured; its own users and policies stay.
  const adminKey = entityKey({ account, name: 'admin' })
  if (draft.get(entitiesOf('user'), adminKey) === undefined)
    draft.put(entitiesOf('user'), adminKey, {
      kind: 'user',
      account,
      id: newEntityId('AIDA', account, ids),
      name: 'admin',
      path: '/',
      createdAtMs,
      inlinePolicies: {},
      attachedPolicies: [`arn:${partition}:iam::aws:policy/AdministratorAccess`],
      tags: [],
      groups: [],
    })
  for (const { name, path, description, statement } of readyMadePolicies) {
    const document = JSON.stringify({ Version: '2012-10-17', Statement: statement })
    const key = entityKey({ account, name })
    if (draft.get(policies, key) !== undefined) continue
    draft.put(policies, key, {
      arn: `arn:${partition}:iam::${account}:policy${path}${name}`,
      id: newEntityId('ANPA', account, ids),
      name,
      path,
      description,
      createdAtMs,
      updatedAtMs: createdAtMs,
      defaultVersion: 'v1',
      versions: [{ id: 'v1', document, createdAtMs }],
      nextVersion: 2,
      tags: [],
    })
  }
}
