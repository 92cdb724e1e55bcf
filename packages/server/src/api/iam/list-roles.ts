import { pageOf } from '../../identity/index.ts'
import { pageMembers, presentRole } from './presentation.ts'
import { defineOperation } from './service.ts'

export const listRoles = defineOperation({
  name: 'ListRoles',
  action: 'iam:ListRoles',
  uses: ['identity'],
  readOnly: true,
  run(input, { identity }, call, fail) {
    const page = pageOf(
      identity.entities.list('role', call.account, input.PathPrefix),
      ({ name }) => name.toLowerCase(),
      input,
      fail,
    )
    return { Roles: page.items.map((role) => presentRole({ ...role, tags: [] }, identity)), ...pageMembers(page) }
  },
})
