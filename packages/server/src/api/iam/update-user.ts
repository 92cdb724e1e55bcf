import { renamed } from '../../identity/index.ts'
import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const updateUser = defineOperation({
  name: 'UpdateUser',
  action: 'iam:UpdateUser',
  uses: ['identity'],
  readOnly: false,
  access: onUser('iam:UpdateUser'),
  async run(input, { identity }, call, fail) {
    const after = { name: input.NewUserName, path: input.NewPath }
    await identity.entities.update(call.cause, userOf(input, call), fail, (user, draft) =>
      renamed(user, after, draft, fail),
    )
    return {}
  },
})
