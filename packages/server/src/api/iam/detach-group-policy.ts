import { withoutAttachedPolicy } from '../../identity/index.ts'
import { onGroup } from './entity-access.ts'
import { groupOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const detachGroupPolicy = defineOperation({
  name: 'DetachGroupPolicy',
  action: 'iam:DetachGroupPolicy',
  uses: ['identity'],
  readOnly: false,
  access: onGroup('iam:DetachGroupPolicy'),
  async run(input, { identity }, call, fail) {
    await identity.entities.update(call.cause, groupOf(input, call), fail, (group) =>
      withoutAttachedPolicy(group, input.PolicyArn, fail),
    )
    return {}
  },
})
