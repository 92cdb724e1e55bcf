import { onKey } from './addressed-key.ts'
import { changeKey, requireEnabled } from './change-key.ts'
import { defineOperation } from './service.ts'

export const disableKeyRotation = defineOperation({
  name: 'DisableKeyRotation',
  action: 'kms:DisableKeyRotation',
  uses: ['kms'],
  readOnly: false,
  access: onKey('kms:DisableKeyRotation'),
  run(_input, { kms }, call, fail) {
    return changeKey({ kms }, call, fail, (key) => {
      requireEnabled(key, fail)
      const { rotation: _, ...rest } = key
      return rest
    })
  },
})
