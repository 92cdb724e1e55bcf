import { type Kms, readKeyReference } from '../kms/index.ts'
import type { ObjectHead, OpenObject } from '../ports/object-store.ts'
import { dataKeyOf, decryptedObject } from './object-cipher.ts'

/**
 * An object as the holder of the vault reads it, whoever its KMS key belongs to and whatever its policy says: for what
 * the installation does for its operator. `undefined` where the key is gone and nothing can decrypt it any more.
 */
export function openWithVault<Head extends ObjectHead>(
  object: OpenObject<Head>,
  kms: Pick<Kms, 'find' | 'decrypt'>,
): OpenObject<Head> | undefined {
  const stored = dataKeyOf(object.head)
  if (stored === undefined) return object
  const [, , , region = '', account = ''] = stored.keyArn.split(':')
  const reference = readKeyReference(stored.keyArn, { account, region })
  const key = reference.kind === 'key' ? kms.find(reference) : undefined
  const plaintext = key && kms.decrypt(key, stored.blob, stored.context)
  return plaintext && decryptedObject(object, plaintext)
}
