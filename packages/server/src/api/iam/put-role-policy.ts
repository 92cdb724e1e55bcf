import { modifiable, withInlinePolicy } from '../../identity/index.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const putRolePolicy = defineOperation({
  name: 'PutRolePolicy',
  action: 'iam:PutRolePolicy',
  uses: ['identity'],
  readOnly: false,
  access: onRole('iam:PutRolePolicy'),
  async run(input, { identity }, call, fail) {
    const policy = { name: input.PolicyName, document: input.PolicyDocument }
    await identity.entities.update(call.cause, roleOf(input, call), fail, (role) =>
      withInlinePolicy(modifiable(role, fail), policy, fail),
    )
    return {}
  },
})
