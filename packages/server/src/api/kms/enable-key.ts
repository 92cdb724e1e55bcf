import { onKey } from './addressed-key.ts'
import { changeKey, requireKept } from './change-key.ts'
import { defineOperation } from './service.ts'

export const enableKey = defineOperation({
  name: 'EnableKey',
  action: 'kms:EnableKey',
  uses: ['kms'],
  readOnly: false,
  access: onKey('kms:EnableKey'),
  run(_input, { kms }, call, fail) {
    return changeKey({ kms }, call, fail, (key) => {
      requireKept(key, fail)
      return { ...key, state: { kind: 'enabled' } }
    })
  },
})
