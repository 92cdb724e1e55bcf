import { withInlinePolicy } from '../../identity/index.ts'
import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const putUserPolicy = defineOperation({
  name: 'PutUserPolicy',
  action: 'iam:PutUserPolicy',
  uses: ['identity'],
  readOnly: false,
  access: onUser('iam:PutUserPolicy'),
  async run(input, { identity }, call, fail) {
    const policy = { name: input.PolicyName, document: input.PolicyDocument }
    await identity.entities.update(call.cause, userOf(input, call), fail, (user) =>
      withInlinePolicy(user, policy, fail),
    )
    return {}
  },
})
