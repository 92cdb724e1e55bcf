import { onCryptoKey } from './crypto-request.ts'
import { newDataKey } from './data-key.ts'
import { defineOperation } from './service.ts'

export const generateDataKeyWithoutPlaintext = defineOperation({
  name: 'GenerateDataKeyWithoutPlaintext',
  action: 'kms:GenerateDataKeyWithoutPlaintext',
  uses: ['kms', 'ids'],
  readOnly: true,
  access: onCryptoKey('kms:GenerateDataKeyWithoutPlaintext'),
  run(input, needs, call, fail) {
    const { key, blob, materialId } = newDataKey(input, needs, call, fail)
    return { CiphertextBlob: blob, KeyId: key.arn, KeyMaterialId: materialId }
  },
})
