import { withAttachedPolicy } from '../../identity/index.ts'
import { attachable } from './attachable.ts'
import { onGroup } from './entity-access.ts'
import { groupOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const attachGroupPolicy = defineOperation({
  name: 'AttachGroupPolicy',
  action: 'iam:AttachGroupPolicy',
  uses: ['identity'],
  readOnly: false,
  access: onGroup('iam:AttachGroupPolicy'),
  async run(input, { identity }, call, fail) {
    const { arn } = attachable(identity, call.account, input.PolicyArn, fail)
    await identity.entities.update(call.cause, groupOf(input, call), fail, (group) =>
      withAttachedPolicy(group, arn, fail),
    )
    return {}
  },
})
