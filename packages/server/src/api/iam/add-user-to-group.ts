import { withGroup } from '../../identity/index.ts'
import { onGroup } from './entity-access.ts'
import { groupOf, userOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const addUserToGroup = defineOperation({
  name: 'AddUserToGroup',
  action: 'iam:AddUserToGroup',
  uses: ['identity'],
  readOnly: false,
  access: onGroup('iam:AddUserToGroup'),
  async run(input, { identity }, call, fail) {
    const group = identity.entities.get(groupOf(input, call), fail)
    await identity.entities.update(call.cause, userOf(input, call), fail, (user) => withGroup(user, group.name, fail))
    return {}
  },
})
