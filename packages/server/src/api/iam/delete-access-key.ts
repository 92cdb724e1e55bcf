import { onUser } from './entity-access.ts'
import { userOrCaller } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const deleteAccessKey = defineOperation({
  name: 'DeleteAccessKey',
  action: 'iam:DeleteAccessKey',
  uses: ['identity'],
  readOnly: false,
  access: onUser('iam:DeleteAccessKey'),
  async run(input, { identity }, call, fail) {
    await identity.accessKeys.delete(call.cause, userOrCaller(input, call, fail), input.AccessKeyId, fail)
    return {}
  },
})
