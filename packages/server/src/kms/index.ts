export type { CallerKeys } from './caller-keys.ts'
export type { CiphertextHead, EncryptionContext } from './ciphertext.ts'
export {
  aliasArn,
  currentMaterial,
  type KeyPlace,
  type KeyState,
  type KeyTag,
  type KmsAlias,
  type KmsKey,
  keyArn,
  type MaterialTurn,
} from './key.ts'
export { type KeyRequest, keyContext } from './key-context.ts'
export {
  defaultKeyPolicy,
  keyPolicyBytesMax,
  keyPolicyPrincipals,
  keyPolicyProblem,
  leavesManageable,
} from './key-policy.ts'
export { aliasNameProblem, type KeyReference, readKeyReference } from './key-reference.ts'
export type { Encrypted, NewKey } from './key-store.ts'
export { createKms, type Kms, type KmsOptions } from './kms.ts'
export { rotationFrom } from './rotation.ts'
export type { KeyRefusal, ServiceAnswer, ServiceCaller, ServiceKeys } from './service-keys.ts'
