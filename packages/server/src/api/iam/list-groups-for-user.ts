import { pageOf } from '../../identity/index.ts'
import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { pageMembers, presentGroup } from './presentation.ts'
import { defineOperation } from './service.ts'

export const listGroupsForUser = defineOperation({
  name: 'ListGroupsForUser',
  action: 'iam:ListGroupsForUser',
  uses: ['identity'],
  readOnly: true,
  access: onUser('iam:ListGroupsForUser'),
  run(input, { identity }, call, fail) {
    const user = identity.entities.get(userOf(input, call), fail)
    const groups = identity.entities
      .list('group', call.account)
      .filter(({ name }) => user.groups.includes(name.toLowerCase()))
    const page = pageOf(groups, ({ name }) => name.toLowerCase(), input, fail)
    return { Groups: page.items.map((group) => presentGroup(group, identity)), ...pageMembers(page) }
  },
})
