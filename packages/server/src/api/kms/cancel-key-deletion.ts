import { onKey } from './addressed-key.ts'
import { editKey } from './change-key.ts'
import { defineOperation } from './service.ts'

export const cancelKeyDeletion = defineOperation({
  name: 'CancelKeyDeletion',
  action: 'kms:CancelKeyDeletion',
  uses: ['kms'],
  readOnly: false,
  access: onKey('kms:CancelKeyDeletion'),
  async run(_input, { kms }, call, fail) {
    const { arn } = await editKey({ kms }, call, fail, (key) => {
      if (key.state.kind !== 'pending-deletion') {
        fail('KMSInvalidStateException', `${key.arn} is not pending deletion.`)
      }
      return { ...key, state: { kind: 'disabled' } }
    })
    return { KeyId: arn }
  },
})
