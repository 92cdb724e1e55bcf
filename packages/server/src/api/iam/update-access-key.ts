import { onUser } from './entity-access.ts'
import { userOrCaller } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const updateAccessKey = defineOperation({
  name: 'UpdateAccessKey',
  action: 'iam:UpdateAccessKey',
  uses: ['identity'],
  readOnly: false,
  access: onUser('iam:UpdateAccessKey'),
  async run(input, { identity }, call, fail) {
    if (input.Status === 'Expired') fail('InvalidInputException', 'An access key cannot be set to Expired.')
    const user = userOrCaller(input, call, fail)
    await identity.accessKeys.setActive(call.cause, user, input.AccessKeyId, input.Status === 'Active', fail)
    return {}
  },
})
