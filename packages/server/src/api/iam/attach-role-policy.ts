import { modifiable, withAttachedPolicy } from '../../identity/index.ts'
import { attachable } from './attachable.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const attachRolePolicy = defineOperation({
  name: 'AttachRolePolicy',
  action: 'iam:AttachRolePolicy',
  uses: ['identity'],
  readOnly: false,
  access: onRole('iam:AttachRolePolicy'),
  async run(input, { identity }, call, fail) {
    const { arn } = attachable(identity, call.account, input.PolicyArn, fail)
    await identity.entities.update(call.cause, roleOf(input, call), fail, (role) =>
      withAttachedPolicy(modifiable(role, fail), arn, fail),
    )
    return {}
  },
})
