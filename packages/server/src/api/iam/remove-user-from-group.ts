import { withoutGroup } from '../../identity/index.ts'
import { onGroup } from './entity-access.ts'
import { groupOf, userOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const removeUserFromGroup = defineOperation({
  name: 'RemoveUserFromGroup',
  action: 'iam:RemoveUserFromGroup',
  uses: ['identity'],
  readOnly: false,
  access: onGroup('iam:RemoveUserFromGroup'),
  async run(input, { identity }, call, fail) {
    const group = identity.entities.get(groupOf(input, call), fail)
    await identity.entities.update(call.cause, userOf(input, call), fail, (user) =>
      withoutGroup(user, group.name, fail),
    )
    return {}
  },
})
