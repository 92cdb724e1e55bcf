import { pageOf } from '../../identity/index.ts'
import { onGroup } from './entity-access.ts'
import { groupOf } from './entity-name.ts'
import { pageMembers, presentGroup, presentUser } from './presentation.ts'
import { defineOperation } from './service.ts'

export const getGroup = defineOperation({
  name: 'GetGroup',
  action: 'iam:GetGroup',
  uses: ['identity'],
  readOnly: true,
  access: onGroup('iam:GetGroup'),
  run(input, { identity }, call, fail) {
    const group = identity.entities.get(groupOf(input, call), fail)
    const page = pageOf(identity.entities.membersOf(group), ({ name }) => name.toLowerCase(), input, fail)
    return {
      Group: presentGroup(group, identity),
      Users: page.items.map((user) => presentUser({ ...user, tags: [] }, identity)),
      ...pageMembers(page),
    }
  },
})
