import { askKey, noteKeys } from './addressed-key.ts'
import { addressCiphertextKey, openCiphertext } from './ciphertext-key.ts'
import { checkCryptoInput, cryptoContext, noteMaterial, usableKey, withAlgorithm } from './crypto-request.ts'
import { defineOperation } from './service.ts'

export const decrypt = defineOperation({
  name: 'Decrypt',
  action: 'kms:Decrypt',
  uses: ['kms'],
  readOnly: true,
  record: withAlgorithm,
  access(input, needs, call, fail) {
    checkCryptoInput(input, fail)
    if (input.Recipient !== undefined) {
      fail('ValidationException', 'Cairn attests no enclaves: leave Recipient out.')
    }
    const wanted = { blob: input.CiphertextBlob, keyId: input.KeyId }
    const addressed = addressCiphertextKey(wanted, needs, call, fail)
    noteKeys(call, [addressed])
    return [askKey('kms:Decrypt', addressed, needs, call, cryptoContext(input))]
  },
  run(input, { kms }, call, fail) {
    // What a dry run would have to open is opened, so that its answer is true.
    const key = usableKey({ kms }, call, fail, {})
    const blob = input.CiphertextBlob ?? fail('ValidationException', 'CiphertextBlob is required.')
    const opened = openCiphertext({ kms }, { key, blob, context: input.EncryptionContext }, fail)
    if (input.DryRun) usableKey({ kms }, call, fail, input)
    noteMaterial(call, opened.materialId)
    return {
      KeyId: key.arn,
      Plaintext: opened.plaintext,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      KeyMaterialId: opened.materialId,
    }
  },
})
