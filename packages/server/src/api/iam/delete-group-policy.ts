import { withoutInlinePolicy } from '../../identity/index.ts'
import { onGroup } from './entity-access.ts'
import { groupOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const deleteGroupPolicy = defineOperation({
  name: 'DeleteGroupPolicy',
  action: 'iam:DeleteGroupPolicy',
  uses: ['identity'],
  readOnly: false,
  access: onGroup('iam:DeleteGroupPolicy'),
  async run(input, { identity }, call, fail) {
    await identity.entities.update(call.cause, groupOf(input, call), fail, (group) =>
      withoutInlinePolicy(group, input.PolicyName, fail),
    )
    return {}
  },
})
