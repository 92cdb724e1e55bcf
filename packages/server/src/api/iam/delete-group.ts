import { onGroup } from './entity-access.ts'
import { groupOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const deleteGroup = defineOperation({
  name: 'DeleteGroup',
  action: 'iam:DeleteGroup',
  uses: ['identity'],
  readOnly: false,
  access: onGroup('iam:DeleteGroup'),
  async run(input, { identity }, call, fail) {
    await identity.entities.delete(call.cause, groupOf(input, call), fail)
    return {}
  },
})
