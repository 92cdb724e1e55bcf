import { onKey } from './addressed-key.ts'
import { changeKey, requireKept } from './change-key.ts'
import { defineOperation } from './service.ts'

export const disableKey = defineOperation({
  name: 'DisableKey',
  action: 'kms:DisableKey',
  uses: ['kms'],
  readOnly: false,
  access: onKey('kms:DisableKey'),
  run(_input, { kms }, call, fail) {
    return changeKey({ kms }, call, fail, (key) => {
      requireKept(key, fail)
      return { ...key, state: { kind: 'disabled' } }
    })
  },
})
