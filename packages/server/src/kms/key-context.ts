import type { EncryptionContext } from './ciphertext.ts'
import type { KmsKey } from './key.ts'

/** What a request says beyond the key. */
export interface KeyRequest {
  readonly callerAccount?: string
  readonly encryptionContext?: EncryptionContext
  /** Name of the alias by which the key was addressed. */
  readonly requestAlias?: string
}

type ContextValue = string | readonly string[]

/**
 * The condition keys that policies can ask a request for a key about, but for those that take a search.
 *
 * @source Service Authorization Reference, AWS KMS
 */
export function keyContext(key: KmsKey, request: KeyRequest): Readonly<Record<string, ContextValue>> {
  const { callerAccount, encryptionContext = {}, requestAlias } = request
  const names = Object.keys(encryptionContext)
  return {
    'kms:KeyOrigin': 'AWS_KMS',
    'kms:KeySpec': 'SYMMETRIC_DEFAULT',
    'kms:KeyUsage': 'ENCRYPT_DECRYPT',
    'kms:MultiRegion': 'false',
    ...(callerAccount !== undefined && { 'kms:CallerAccount': callerAccount }),
    ...(requestAlias !== undefined && { 'kms:RequestAlias': requestAlias }),
    ...(names.length > 0 && { 'kms:EncryptionContextKeys': names }),
    ...Object.fromEntries(names.map((name) => [`kms:EncryptionContext:${name}`, encryptionContext[name] ?? ''])),
    ...Object.fromEntries(key.tags.map((tag) => [`aws:ResourceTag/${tag.key}`, tag.value])),
  }
}
