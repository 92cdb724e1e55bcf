import { withBoundary } from '../../identity/index.ts'
import { attachable } from './attachable.ts'
import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const putUserPermissionsBoundary = defineOperation({
  name: 'PutUserPermissionsBoundary',
  action: 'iam:PutUserPermissionsBoundary',
  uses: ['identity'],
  readOnly: false,
  access: onUser('iam:PutUserPermissionsBoundary'),
  async run(input, { identity }, call, fail) {
    const { arn } = attachable(identity, call.account, input.PermissionsBoundary, fail)
    await identity.entities.update(call.cause, userOf(input, call), fail, (user) => withBoundary(user, arn))
    return {}
  },
})
