import { modifiable, withoutAttachedPolicy } from '../../identity/index.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const detachRolePolicy = defineOperation({
  name: 'DetachRolePolicy',
  action: 'iam:DetachRolePolicy',
  uses: ['identity'],
  readOnly: false,
  access: onRole('iam:DetachRolePolicy'),
  async run(input, { identity }, call, fail) {
    await identity.entities.update(call.cause, roleOf(input, call), fail, (role) =>
      withoutAttachedPolicy(modifiable(role, fail), input.PolicyArn, fail),
    )
    return {}
  },
})
