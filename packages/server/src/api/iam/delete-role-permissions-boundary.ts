import { modifiable, withoutBoundary } from '../../identity/index.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const deleteRolePermissionsBoundary = defineOperation({
  name: 'DeleteRolePermissionsBoundary',
  action: 'iam:DeleteRolePermissionsBoundary',
  uses: ['identity'],
  readOnly: false,
  access: onRole('iam:DeleteRolePermissionsBoundary'),
  async run(input, { identity }, call, fail) {
    await identity.entities.update(call.cause, roleOf(input, call), fail, (role) =>
      withoutBoundary(modifiable(role, fail), fail),
    )
    return {}
  },
})
