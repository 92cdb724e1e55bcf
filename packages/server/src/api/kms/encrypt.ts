import { noteMaterial, onCryptoKey, usableKey, withAlgorithm } from './crypto-request.ts'
import { defineOperation } from './service.ts'

export const encrypt = defineOperation({
  name: 'Encrypt',
  action: 'kms:Encrypt',
  uses: ['kms'],
  readOnly: true,
  record: withAlgorithm,
  access: onCryptoKey('kms:Encrypt'),
  run(input, { kms }, call, fail) {
    const key = usableKey({ kms }, call, fail, input)
    const { blob, materialId } = kms.encrypt(key, input.Plaintext, input.EncryptionContext ?? {})
    noteMaterial(call, materialId)
    return { CiphertextBlob: blob, KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }
  },
})
