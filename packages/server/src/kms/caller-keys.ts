import type { Clock } from '../ports/clock.ts'
import type { EncryptionContext } from './ciphertext.ts'
import type { KmsKey } from './key.ts'
import type { KeyStore } from './key-store.ts'
import { dataKeyBytes } from './service-keys.ts'
import type { KeyUser } from './service-use.ts'
import { createUseRecorder, type UseRecorderOptions } from './use-recorder.ts'

/**
 * Keys as a service uses them on behalf of its caller, whose permission was asked for. Each use is recorded before it
 * is answered, as the caller's.
 */
export interface CallerKeys {
  /** A new 256-bit data key, plain and encrypted under an enabled key. */
  generateDataKey(
    key: KmsKey,
    context: EncryptionContext,
  ): Promise<{ readonly plaintext: Uint8Array; readonly blob: Uint8Array }>
  /** The plain data key again; `undefined` when the blob is not the key's, or the context another. */
  decrypt(key: KmsKey, blob: Uint8Array, context: EncryptionContext): Promise<Uint8Array | undefined>
}

export function createCallerKeys(
  user: KeyUser,
  keys: Pick<KeyStore, 'encrypt' | 'decrypt' | 'readCiphertext'>,
  options: UseRecorderOptions & { readonly clock: Clock },
): CallerKeys {
  const { ids, clock } = options
  const record = createUseRecorder(user, options)
  return {
    async generateDataKey(key, context) {
      const plaintext = ids.bytes(dataKeyBytes)
      const { blob, materialId } = keys.encrypt(key, plaintext, context)
      await record(key, { eventName: 'GenerateDataKey', context, atMs: clock.nowMs(), materialId })
      return { plaintext, blob }
    },
    async decrypt(key, blob, context) {
      const plaintext = keys.decrypt(key, blob, context)
      if (plaintext === undefined) return undefined
      const materialId = keys.readCiphertext(blob)?.materialId
      const use = { eventName: 'Decrypt' as const, context, atMs: clock.nowMs() }
      await record(key, { ...use, ...(materialId !== undefined && { materialId }) })
      return plaintext
    },
  }
}
