import { withoutAttachedPolicy } from '../../identity/index.ts'
import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const detachUserPolicy = defineOperation({
  name: 'DetachUserPolicy',
  action: 'iam:DetachUserPolicy',
  uses: ['identity'],
  readOnly: false,
  access: onUser('iam:DetachUserPolicy'),
  async run(input, { identity }, call, fail) {
    await identity.entities.update(call.cause, userOf(input, call), fail, (user) =>
      withoutAttachedPolicy(user, input.PolicyArn, fail),
    )
    return {}
  },
})
