import { onKey } from './addressed-key.ts'
import { changeKey, requireKept } from './change-key.ts'
import { defineOperation } from './service.ts'

export const updateKeyDescription = defineOperation({
  name: 'UpdateKeyDescription',
  action: 'kms:UpdateKeyDescription',
  uses: ['kms'],
  readOnly: false,
  access: onKey('kms:UpdateKeyDescription'),
  run(input, { kms }, call, fail) {
    return changeKey({ kms }, call, fail, (key) => {
      requireKept(key, fail)
      return { ...key, description: input.Description }
    })
  },
})
