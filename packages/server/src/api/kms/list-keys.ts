import { listPage } from './list-page.ts'
import { defineOperation } from './service.ts'

export const listKeys = defineOperation({
  name: 'ListKeys',
  action: 'kms:ListKeys',
  uses: ['kms'],
  readOnly: true,
  run(input, { kms }, call, fail) {
    // No key is shared through a resource share here, so others' keys are none.
    const isOwnWanted = input.ResourceOwners?.includes('SELF') ?? true
    const keys = isOwnWanted ? kms.keysIn(call.account, call.region) : []
    const { items, members } = listPage(keys, ({ id }) => id, input, fail)
    return { Keys: items.map(({ id, arn }) => ({ KeyId: id, KeyArn: arn })), ...members }
  },
})
