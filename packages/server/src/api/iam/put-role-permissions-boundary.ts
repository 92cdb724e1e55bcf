import { modifiable, withBoundary } from '../../identity/index.ts'
import { attachable } from './attachable.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const putRolePermissionsBoundary = defineOperation({
  name: 'PutRolePermissionsBoundary',
  action: 'iam:PutRolePermissionsBoundary',
  uses: ['identity'],
  readOnly: false,
  access: onRole('iam:PutRolePermissionsBoundary'),
  async run(input, { identity }, call, fail) {
    const { arn } = attachable(identity, call.account, input.PermissionsBoundary, fail)
    await identity.entities.update(call.cause, roleOf(input, call), fail, (role) =>
      withBoundary(modifiable(role, fail), arn),
    )
    return {}
  },
})
