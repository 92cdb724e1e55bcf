import { onCryptoKey } from './crypto-request.ts'
import { newDataKey } from './data-key.ts'
import { defineOperation } from './service.ts'

export const generateDataKey = defineOperation({
  name: 'GenerateDataKey',
  action: 'kms:GenerateDataKey',
  uses: ['kms', 'ids'],
  readOnly: true,
  access: onCryptoKey('kms:GenerateDataKey'),
  run(input, needs, call, fail) {
    const { key, plaintext, blob, materialId } = newDataKey(input, needs, call, fail)
    return { CiphertextBlob: blob, Plaintext: plaintext, KeyId: key.arn, KeyMaterialId: materialId }
  },
})
