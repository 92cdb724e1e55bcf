import { defineCollection } from '../ports/catalog.ts'
import type { EncryptionContext } from './ciphertext.ts'
import { type KeyPlace, type KmsKey, keyPath } from './key.ts'
import { keyPolicyBytesMax } from './key-policy.ts'

/** Lets somebody use one key for some operations, without a word in its policy. */
export interface KmsGrant {
  /** 64 hex digits. */
  readonly id: string
  readonly key: KeyPlace
  readonly name?: string
  readonly createdAtMs: number
  /** Account that made it. */
  readonly issuer: string
  /** ARN or account id. */
  readonly grantee: string
  /** Who may end it besides those whom the key's policy lets. */
  readonly retirer?: string
  /** `Decrypt`, `CreateGrant`. */
  readonly operations: readonly string[]
  readonly constraint?: GrantConstraint
}

/** Which encryption contexts a grant is for: with at least these members, or with these and no others. */
export interface GrantConstraint {
  readonly kind: 'subset' | 'equals'
  readonly context: EncryptionContext
}

export const grantCollection = defineCollection<KmsGrant>('kms-grant')

export function grantPath(key: KeyPlace, id: string): string {
  return `${keyPath(key)}/${id}`
}

/** What a caller wants of a key. */
export interface GrantQuestion {
  /** `kms:Decrypt` */
  readonly action: string
  /** All that the caller answers to in a policy. */
  readonly names: readonly string[]
  readonly encryptionContext?: EncryptionContext
  /** Of a request for a grant: what it is to be. */
  readonly wanted?: Pick<KmsGrant, 'operations' | 'constraint'>
  /** Of a request to retire one: which. */
  readonly grantId?: string
}

/** Whom a grant lets do what is asked; `undefined` when it lets nobody of those. */
export function grantedTo(grant: KmsGrant, question: GrantQuestion): string | undefined {
  const { grantee, retirer, operations, constraint } = grant
  const { action, names, encryptionContext = {}, wanted, grantId } = question
  if (action === 'kms:RetireGrant') {
    if (grantId !== grant.id) return undefined
    const isGrantees = operations.includes('RetireGrant') && names.includes(grantee)
    return isGrantees ? grantee : names.find((name) => name === retirer)
  }
  if (!names.includes(grantee) || !operations.includes(action.replace(/^kms:/, ''))) return undefined
  if (wanted !== undefined) return isWithin(wanted, grant) ? grantee : undefined
  // A context can only be asked of what has one.
  return constraint === undefined || action === 'kms:DescribeKey' || isMet(constraint, encryptionContext)
    ? grantee
    : undefined
}

/** A grant made by a grant gives no more than that one does. @source KMS API Reference, CreateGrant: Operations */
function isWithin(wanted: Pick<KmsGrant, 'operations' | 'constraint'>, { operations, constraint }: KmsGrant): boolean {
  if (!wanted.operations.every((operation) => operations.includes(operation))) return false
  if (constraint === undefined) return true
  if (wanted.constraint === undefined || (constraint.kind === 'equals' && wanted.constraint.kind === 'subset')) {
    return false
  }
  return isMet(constraint, wanted.constraint.context)
}

function isMet({ kind, context }: GrantConstraint, given: EncryptionContext): boolean {
  const wanted = Object.entries(context)
  if (kind === 'equals' && Object.keys(given).length !== wanted.length) return false
  return wanted.every(([name, value]) => Object.hasOwn(given, name) && given[name] === value)
}

/** Room for a statement that names a caller in every way there is, beside the longest policy. */
export const grantedPolicyBytesMax = keyPolicyBytesMax + 4096

/** The key's policy, with what grants let these names of a caller do. */
export function withGrants({ policy }: KmsKey, principals: readonly string[], action: string): string {
  const { Statement: own, ...rest } = JSON.parse(policy)
  const granted = { Effect: 'Allow', Principal: { AWS: principals }, Action: action, Resource: '*' }
  return JSON.stringify({ ...rest, Statement: [...(Array.isArray(own) ? own : [own]), granted] })
}
