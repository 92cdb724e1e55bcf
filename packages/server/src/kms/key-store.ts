import { Fault } from '../fault.ts'
import type { Catalog, CatalogDraft, Cause } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { KeyVault } from '../ports/key-vault.ts'
import { type CiphertextHead, decryptBlob, type EncryptionContext, encryptBlob, readHead } from './ciphertext.ts'
import {
  aliasCollection,
  aliasPath,
  currentMaterial,
  type KeyPlace,
  type KeyTag,
  type KmsAlias,
  type KmsKey,
  keyArn,
  keyCollection,
  keyPath,
  materialCollection,
} from './key.ts'
import { materialPath, newMaterial, rotated } from './rotation.ts'

export interface NewKey {
  readonly account: string
  readonly region: string
  readonly description: string
  /** Default: the one that hands the decision to the account's IAM policies. */
  policy(arn: string): string
  readonly tags: readonly KeyTag[]
}

export interface Encrypted {
  readonly blob: Uint8Array
  readonly materialId: string
}

/** Keys of every account. Reads answer from the last durable catalogue version. Whoever calls has asked for permission. */
export interface KeyStore {
  find(place: KeyPlace): KmsKey | undefined
  /** By id. */
  keysIn(account: string, region: string): readonly KmsKey[]
  findAlias(place: Pick<KmsAlias, 'account' | 'region' | 'name'>): KmsAlias | undefined
  /** By name. */
  aliasesIn(account: string, region: string): readonly KmsAlias[]
  create(cause: Cause, key: NewKey): Promise<KmsKey>
  /** Replaces a key by what `edit` makes of its newest state; `undefined` when there is none. What it throws refuses. */
  edit(cause: Cause, place: KeyPlace, edit: (key: KmsKey) => KmsKey): Promise<KmsKey | undefined>
  /** Gives a key new material, which encrypts from now on; refused by what `check` throws. */
  rotate(cause: Cause, place: KeyPlace, check: (key: KmsKey) => void): Promise<KmsKey | undefined>
  /** Puts in the place of an alias what `decide` makes of it and of the key it is to name. */
  editAlias(
    cause: Cause,
    place: Pick<KmsAlias, 'account' | 'region' | 'name'>,
    decide: (alias: KmsAlias | undefined, keyOf: (id: string) => KmsKey | undefined) => KmsAlias | undefined,
  ): Promise<void>
  /** What a ciphertext says of itself, unproven; `undefined` when it is none. */
  readCiphertext(blob: Uint8Array): CiphertextHead | undefined
  /** @throws Fault `vault.unsealable` when the vault's key is not the one the material was sealed with */
  encrypt(key: KmsKey, plaintext: Uint8Array, context: EncryptionContext): Encrypted
  /** `undefined` when the blob is not this key's, or the context another. @throws Fault `vault.unsealable` */
  decrypt(key: KmsKey, blob: Uint8Array, context: EncryptionContext): Uint8Array | undefined
}

export interface KeyStoreOptions {
  readonly catalog: Catalog
  readonly vault: KeyVault
  readonly clock: Clock
  readonly ids: Ids
  readonly partition: string
}

export function createKeyStore({ catalog, vault, clock, ids, partition }: KeyStoreOptions): KeyStore {
  function materialOf(key: KmsKey, materialId: string): Uint8Array | undefined {
    const path = materialPath(key, materialId)
    const found = catalog.get(materialCollection, path)
    return found && vault.unseal(found.sealed, path)
  }

  return {
    find: (place) => catalog.get(keyCollection, keyPath(place)),
    keysIn: (account, region) => catalog.list(keyCollection, `${account}/${region}/`).map(({ value }) => value),
    findAlias: (place) => catalog.get(aliasCollection, aliasPath(place)),
    aliasesIn: (account, region) => catalog.list(aliasCollection, `${account}/${region}/`).map(({ value }) => value),

    async create(cause, { account, region, description, policy, tags }) {
      const place = { account, region, id: ids.uuid() }
      const createdAtMs = clock.nowMs()
      const arn = keyArn(partition, place)
      const material = newMaterial(place, { vault, ids })
      const key: KmsKey = {
        ...place,
        arn,
        createdAtMs,
        description,
        policy: policy(arn),
        state: { kind: 'enabled' },
        tags,
        materials: [{ id: material.id, sinceMs: createdAtMs }],
      }
      await catalog.change(cause, (draft) => {
        draft.put(keyCollection, keyPath(key), key)
        draft.put(materialCollection, material.path, material.stored)
      })
      return key
    },

    edit: (cause, place, edit) =>
      catalog.change(cause, (draft) => {
        const key = draft.get(keyCollection, keyPath(place))
        if (key === undefined) return undefined
        const edited = edit(key)
        if (edited !== key) draft.put(keyCollection, keyPath(key), edited)
        return edited
      }),

    rotate: (cause, place, check) =>
      catalog.change(cause, (draft) => {
        const key = draft.get(keyCollection, keyPath(place))
        if (key === undefined) return undefined
        check(key)
        return rotated(draft, key, 'ON_DEMAND', { vault, ids, nowMs: clock.nowMs() })
      }),

    editAlias: (cause, place, decide) => catalog.change(cause, (draft) => editAlias(draft, place, decide)),

    readCiphertext: readHead,

    encrypt(key, plaintext, context) {
      const { id: materialId } = currentMaterial(key)
      const material = materialOf(key, materialId)
      if (material === undefined) throw new Fault('kms.material-missing', 'key without its material', { arn: key.arn })
      const head = { account: key.account, keyId: key.id, materialId }
      return { blob: encryptBlob({ head, arn: key.arn, material, plaintext, context, ids }), materialId }
    },

    decrypt(key, blob, context) {
      const head = readHead(blob)
      if (head?.keyId !== key.id || head.account !== key.account) return undefined
      const material = materialOf(key, head.materialId)
      return material && decryptBlob({ blob, arn: key.arn, material, context })
    },
  }
}

function editAlias(
  draft: CatalogDraft,
  place: Pick<KmsAlias, 'account' | 'region' | 'name'>,
  decide: (alias: KmsAlias | undefined, keyOf: (id: string) => KmsKey | undefined) => KmsAlias | undefined,
): void {
  const path = aliasPath(place)
  const { account, region } = place
  const alias = draft.get(aliasCollection, path)
  const edited = decide(alias, (id) => draft.get(keyCollection, keyPath({ account, region, id })))
  if (edited !== undefined) draft.put(aliasCollection, path, edited)
  else if (alias !== undefined) draft.delete(aliasCollection, path)
}
