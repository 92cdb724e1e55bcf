import { pageOf } from '../../identity/index.ts'
import { pageMembers, presentGroup } from './presentation.ts'
import { defineOperation } from './service.ts'

export const listGroups = defineOperation({
  name: 'ListGroups',
  action: 'iam:ListGroups',
  uses: ['identity'],
  readOnly: true,
  run(input, { identity }, call, fail) {
    const page = pageOf(
      identity.entities.list('group', call.account, input.PathPrefix),
      ({ name }) => name.toLowerCase(),
      input,
      fail,
    )
    return { Groups: page.items.map((group) => presentGroup(group, identity)), ...pageMembers(page) }
  },
})
