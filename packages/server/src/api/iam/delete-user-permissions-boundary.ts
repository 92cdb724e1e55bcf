import { withoutBoundary } from '../../identity/index.ts'
import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const deleteUserPermissionsBoundary = defineOperation({
  name: 'DeleteUserPermissionsBoundary',
  action: 'iam:DeleteUserPermissionsBoundary',
  uses: ['identity'],
  readOnly: false,
  access: onUser('iam:DeleteUserPermissionsBoundary'),
  async run(input, { identity }, call, fail) {
    await identity.entities.update(call.cause, userOf(input, call), fail, (user) => withoutBoundary(user, fail))
    return {}
  },
})
