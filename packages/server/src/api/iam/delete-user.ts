import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const deleteUser = defineOperation({
  name: 'DeleteUser',
  action: 'iam:DeleteUser',
  uses: ['identity'],
  readOnly: false,
  access: onUser('iam:DeleteUser'),
  async run(input, { identity }, call, fail) {
    await identity.entities.delete(call.cause, userOf(input, call), fail)
    return {}
  },
})
