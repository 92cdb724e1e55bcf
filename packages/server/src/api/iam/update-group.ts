import { renamed } from '../../identity/index.ts'
import { onGroup } from './entity-access.ts'
import { groupOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const updateGroup = defineOperation({
  name: 'UpdateGroup',
  action: 'iam:UpdateGroup',
  uses: ['identity'],
  readOnly: false,
  access: onGroup('iam:UpdateGroup'),
  async run(input, { identity }, call, fail) {
    const after = { name: input.NewGroupName, path: input.NewPath }
    await identity.entities.update(call.cause, groupOf(input, call), fail, (group, draft) =>
      renamed(group, after, draft, fail),
    )
    return {}
  },
})
