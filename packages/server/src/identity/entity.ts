import { defineCollection } from '../ports/catalog.ts'

/*
 * The documents of identity. Names are unique in their account without regard to case, so keys hold them in lower
 * case; the document keeps the spelling.
 */

export interface Tag {
  readonly key: string
  readonly value: string
}

/** What users, groups and roles share. */
interface EntityBase {
  readonly account: string
  /** `AIDA…`, `AGPA…`, `AROA…`; never used again, so that policies and sessions tell a re-created name apart. */
  readonly id: string
  readonly name: string
  /** Begins and ends with `/`. */
  readonly path: string
  readonly createdAtMs: number
  /** Inline policies, JSON text as it was given, by name. */
  readonly inlinePolicies: Readonly<Record<string, string>>
  /** ARNs of managed policies, in the order they were attached. */
  readonly attachedPolicies: readonly string[]
  readonly tags: readonly Tag[]
  /** ARN of a managed policy. */
  readonly boundary?: string
}

export interface User extends EntityBase {
  readonly kind: 'user'
  /** Names of its groups, in lower case. */
  readonly groups: readonly string[]
}

export interface Group extends EntityBase {
  readonly kind: 'group'
}

export interface Role extends EntityBase {
  readonly kind: 'role'
  readonly description?: string
  readonly trustPolicy: string
  readonly sessionSecondsMax: number
  /** Service a service-linked role belongs to, e.g. `cloudtrail.amazonaws.com`; only that service's wishes change it. */
  readonly linkedService?: string
}

export type Entity = User | Group | Role
export type EntityKind = Entity['kind']
export type EntityOf<Kind extends EntityKind> = Extract<Entity, { kind: Kind }>

/** A user, group or role by name. */
export interface EntityName<Kind extends EntityKind = EntityKind> {
  readonly kind: Kind
  readonly account: string
  readonly name: string
}

export interface ManagedPolicy {
  /** `arn:<partition>:iam::<account>:policy/<path><name>`; account `aws` for AWS's own. */
  readonly arn: string
  /** `ANPA…` */
  readonly id: string
  readonly name: string
  readonly path: string
  readonly description?: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly defaultVersion: string
  readonly versions: readonly PolicyVersion[]
  /** Number of the next version; never goes back. */
  readonly nextVersion: number
  readonly tags: readonly Tag[]
}

export interface PolicyVersion {
  /** `v1`, `v2`, … */
  readonly id: string
  readonly document: string
  readonly createdAtMs: number
}

export type AccessKeyOwner =
  | { readonly kind: 'user'; readonly account: string; readonly name: string }
  | { readonly kind: 'root'; readonly account: string }
  | { readonly kind: 'operator' }

export interface AccessKey {
  readonly id: string
  readonly owner: AccessKeyOwner
  readonly isActive: boolean
  readonly createdAtMs: number
  /** Sealed by the key vault for `accessKeyContext(id)`. */
  readonly sealedSecret: string
}

export interface AccessKeyUse {
  readonly atMs: number
  readonly service: string
  readonly region: string
}

export interface Account {
  readonly account: string
  readonly createdAtMs: number
  readonly alias?: string
  /** The keys made at first start; they may be gone since. */
  readonly rootKeyId: string
  readonly adminKeyId: string
}

/** Key: account. */
export const accounts = defineCollection<Account>('identity-account')
/** Key: `operator`. Value: the operator's access key id. */
export const installation = defineCollection<string>('identity-installation')
/** Key: access key id. */
export const accessKeys = defineCollection<AccessKey>('identity-access-key')
/** Key: access key id. */
export const accessKeyUses = defineCollection<AccessKeyUse>('identity-access-key-use', { keepsHistory: false })
/** Key: `<account>/<name>`. */
export const policies = defineCollection<ManagedPolicy>('identity-policy')

const users = defineCollection<User>('identity-user')
const groups = defineCollection<Group>('identity-group')
const roles = defineCollection<Role>('identity-role')

const entityCollections = { user: users, group: groups, role: roles }

/** Key: `entityKey`. */
export function entitiesOf<Kind extends EntityKind>(kind: Kind) {
  // Each kind's collection holds that kind; the compiler cannot follow the correlation through the lookup.
  return entityCollections[kind] as unknown as ReturnType<typeof defineCollection<EntityOf<Kind>>>
}

export function entityKey({ account, name }: { readonly account: string; readonly name: string }): string {
  return `${account}/${name.toLowerCase()}`
}

export function entityArn(
  partition: string,
  { kind, account, path, name }: Pick<Entity, 'kind' | 'account' | 'path' | 'name'>,
): string {
  return `arn:${partition}:iam::${account}:${kind}${path}${name}`
}

export function rootArn(partition: string, account: string): string {
  return `arn:${partition}:iam::${account}:root`
}

/** What an access key's secret is sealed for: a sealed secret copied to another key does not open. */
export function accessKeyContext(accessKeyId: string): string {
  return `access-key/${accessKeyId}`
}
