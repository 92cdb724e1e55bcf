export type { CallerKeys } from './caller-keys.ts'
export type { EncryptionContext } from './ciphertext.ts'
export { type GrantConstraint, type GrantQuestion, grantedPolicyBytesMax, type KmsGrant } from './grant.ts'
export { renameInGrants } from './grant-store.ts'
export { aliasArn, currentMaterial, type KeyTag, type KmsAlias, type KmsKey, keyArn, keyCollection } from './key.ts'
export { keyContext } from './key-context.ts'
export {
  defaultKeyPolicy,
  keyPolicyPrincipals,
  keyPolicyProblem,
  leavesManageable,
} from './key-policy.ts'
export { aliasNameProblem, type KeyReference, readKeyReference } from './key-reference.ts'
export type { Encrypted } from './key-store.ts'
export { createKms, type Kms } from './kms.ts'
export { rotationFrom } from './rotation.ts'
export type { KeyRefusal } from './service-keys.ts'
