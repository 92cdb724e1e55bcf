import type { Encrypted, Kms, KmsKey } from '../../kms/index.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Call, Fail } from '../operation.ts'
import { noteMaterial, usableKey } from './crypto-request.ts'

/** A new data key of the wanted length, plain and encrypted. */
export function newDataKey(
  input: {
    readonly KeySpec?: string | undefined
    readonly NumberOfBytes?: number | undefined
    readonly EncryptionContext?: Readonly<Record<string, string>> | undefined
    readonly Recipient?: object | undefined
    readonly DryRun?: boolean | undefined
  },
  { kms, ids }: { readonly kms: Kms; readonly ids: Ids },
  call: Call,
  fail: Fail<
    | 'ValidationException'
    | 'NotFoundException'
    | 'KMSInvalidStateException'
    | 'DisabledException'
    | 'DryRunOperationException'
  >,
): { readonly key: KmsKey; readonly plaintext: Uint8Array } & Encrypted {
  if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined)) {
    fail('ValidationException', 'Please specify either number of bytes or key spec.')
  }
  if (input.Recipient !== undefined) {
    fail('ValidationException', 'Cairn attests no enclaves: leave Recipient out.')
  }
  const key = usableKey({ kms }, call, fail, input)
  const plaintext = ids.bytes(input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32))
  const encrypted = kms.encrypt(key, plaintext, input.EncryptionContext ?? {})
  noteMaterial(call, encrypted.materialId)
  return { key, plaintext, ...encrypted }
}
