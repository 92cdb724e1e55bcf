import { withoutInlinePolicy } from '../../identity/index.ts'
import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const deleteUserPolicy = defineOperation({
  name: 'DeleteUserPolicy',
  action: 'iam:DeleteUserPolicy',
  uses: ['identity'],
  readOnly: false,
  access: onUser('iam:DeleteUserPolicy'),
  async run(input, { identity }, call, fail) {
    await identity.entities.update(call.cause, userOf(input, call), fail, (user) =>
      withoutInlinePolicy(user, input.PolicyName, fail),
    )
    return {}
  },
})
