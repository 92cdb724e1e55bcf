import { modifiable, withoutInlinePolicy } from '../../identity/index.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const deleteRolePolicy = defineOperation({
  name: 'DeleteRolePolicy',
  action: 'iam:DeleteRolePolicy',
  uses: ['identity'],
  readOnly: false,
  access: onRole('iam:DeleteRolePolicy'),
  async run(input, { identity }, call, fail) {
    await identity.entities.update(call.cause, roleOf(input, call), fail, (role) =>
      withoutInlinePolicy(modifiable(role, fail), input.PolicyName, fail),
    )
    return {}
  },
})
