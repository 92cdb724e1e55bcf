import { modifiable } from '../../identity/index.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const updateRole = defineOperation({
  name: 'UpdateRole',
  action: 'iam:UpdateRole',
  uses: ['identity'],
  readOnly: false,
  access: onRole('iam:UpdateRole'),
  async run(input, { identity }, call, fail) {
    const { Description: description, MaxSessionDuration: sessionSecondsMax } = input
    await identity.entities.update(call.cause, roleOf(input, call), fail, (role) => ({
      ...modifiable(role, fail),
      ...(description === undefined ? {} : { description }),
      ...(sessionSecondsMax === undefined ? {} : { sessionSecondsMax }),
    }))
    return {}
  },
})
