import type { Kms } from '../../kms/index.ts'
import type { Call, Fail } from '../operation.ts'
import { type Addressed, addressKey, cryptographic } from './addressed-key.ts'

/**
 * The key a ciphertext is asked under: the one that the call names, else the one the ciphertext names. That both are
 * the same is seen in the run, once the use of the named one is allowed.
 */
export function addressCiphertextKey(
  { blob, keyId }: { readonly blob: Uint8Array | undefined; readonly keyId: string | undefined },
  { kms }: { readonly kms: Kms },
  call: Call,
  fail: Fail<'ValidationException' | 'InvalidCiphertextException' | 'NotFoundException' | 'AccessDeniedException'>,
): Addressed {
  if (blob === undefined) return fail('ValidationException', 'CiphertextBlob is required.')
  if (keyId !== undefined) return addressKey(keyId, cryptographic, { kms }, call, fail)
  const head = kms.readCiphertext(blob) ?? fail('InvalidCiphertextException', '')
  const key = kms.find({ account: head.account, region: call.region, id: head.keyId })
  if (key !== undefined) return { kind: 'key', key }
  return fail(
    'AccessDeniedException',
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  )
}

/** Opens a ciphertext under a key that may be used. */
export function openCiphertext(
  { kms }: { readonly kms: Kms },
  {
    key,
    blob,
    context,
  }: { key: Parameters<Kms['decrypt']>[0]; blob: Uint8Array; context: Readonly<Record<string, string>> | undefined },
  fail: Fail<'InvalidCiphertextException' | 'IncorrectKeyException'>,
): { readonly plaintext: Uint8Array; readonly materialId: string } {
  const head = kms.readCiphertext(blob) ?? fail('InvalidCiphertextException', '')
  if (head.keyId !== key.id || head.account !== key.account) {
    fail('IncorrectKeyException', 'The key ID in the request does not identify a CMK that can perform this operation.')
  }
  const plaintext = kms.decrypt(key, blob, context ?? {}) ?? fail('InvalidCiphertextException', '')
  return { plaintext, materialId: head.materialId }
}
