import { withInlinePolicy } from '../../identity/index.ts'
import { onGroup } from './entity-access.ts'
import { groupOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const putGroupPolicy = defineOperation({
  name: 'PutGroupPolicy',
  action: 'iam:PutGroupPolicy',
  uses: ['identity'],
  readOnly: false,
  access: onGroup('iam:PutGroupPolicy'),
  async run(input, { identity }, call, fail) {
    const policy = { name: input.PolicyName, document: input.PolicyDocument }
    await identity.entities.update(call.cause, groupOf(input, call), fail, (group) =>
      withInlinePolicy(group, policy, fail),
    )
    return {}
  },
})
