import { defineOperation } from './service.ts'

export const generateRandom = defineOperation({
  name: 'GenerateRandom',
  action: 'kms:GenerateRandom',
  uses: ['ids'],
  readOnly: true,
  run(input, { ids }, _call, fail) {
    if (input.CustomKeyStoreId !== undefined || input.Recipient !== undefined) {
      fail('UnsupportedOperationException', 'Cairn has no key stores and attests no enclaves: leave both out.')
    }
    return { Plaintext: ids.bytes(input.NumberOfBytes ?? fail('ValidationException', 'NumberOfBytes is required.')) }
  },
})
