import { defineCollection } from '../ports/catalog.ts'

/** Where a key is: keys do not leave their region. */
export interface KeyPlace {
  readonly account: string
  readonly region: string
  /** A UUID. */
  readonly id: string
}

export interface KeyTag {
  readonly key: string
  readonly value: string
}

export type KeyState =
  | { readonly kind: 'enabled' }
  | { readonly kind: 'disabled' }
  /** Usable for nothing, and gone for good at `deletesAtMs` unless cancelled before. */
  | { readonly kind: 'pending-deletion'; readonly deletesAtMs: number; readonly windowDays: number }

/** A symmetric key for encryption: what everyone may know of it. Its material is apart, see `KeyMaterial`. */
export interface KmsKey extends KeyPlace {
  readonly arn: string
  readonly createdAtMs: number
  readonly description: string
  /** As it was given, JSON. */
  readonly policy: string
  readonly state: KeyState
  readonly tags: readonly KeyTag[]
  /** Oldest first, never empty: the last one encrypts, every one decrypts. */
  readonly materials: readonly MaterialTurn[]
  /** Present while rotation is on. */
  readonly rotation?: { readonly periodDays: number; readonly nextAtMs: number }
}

/** When a material began to encrypt, and why. */
export interface MaterialTurn {
  /** 64 hex digits. */
  readonly id: string
  readonly sinceMs: number
  /** Absent for the first. */
  readonly rotation?: 'AUTOMATIC' | 'ON_DEMAND'
}

/** 256 bits, sealed by the vault. */
export interface KeyMaterial {
  readonly sealed: string
}

export interface KmsAlias {
  readonly account: string
  readonly region: string
  /** `alias/<name>` */
  readonly name: string
  readonly keyId: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

export const keyCollection = defineCollection<KmsKey>('kms-key')
export const aliasCollection = defineCollection<KmsAlias>('kms-alias')

/** By key id and material id. Keeps no history, so that a deleted key's material is nowhere in the catalogue. */
export const materialCollection = defineCollection<KeyMaterial>('kms-material', { keepsHistory: false })

export function keyPath({ account, region, id }: KeyPlace): string {
  return `${account}/${region}/${id}`
}

export function aliasPath({ account, region, name }: Pick<KmsAlias, 'account' | 'region' | 'name'>): string {
  return `${account}/${region}/${name}`
}

export function keyArn(partition: string, { account, region, id }: KeyPlace): string {
  return `arn:${partition}:kms:${region}:${account}:key/${id}`
}

export function aliasArn(partition: string, { account, region, name }: Pick<KmsAlias, 'account' | 'region' | 'name'>) {
  return `arn:${partition}:kms:${region}:${account}:${name}`
}

/** The material that encrypts. */
export function currentMaterial({ arn, materials }: KmsKey): MaterialTurn {
  const last = materials.at(-1)
  if (last === undefined) throw new TypeError(`${arn} has no material`)
  return last
}
