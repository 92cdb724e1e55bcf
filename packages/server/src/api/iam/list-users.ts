import { pageOf } from '../../identity/index.ts'
import { pageMembers, presentUser } from './presentation.ts'
import { defineOperation } from './service.ts'

export const listUsers = defineOperation({
  name: 'ListUsers',
  action: 'iam:ListUsers',
  uses: ['identity'],
  readOnly: true,
  run(input, { identity }, call, fail) {
    const page = pageOf(
      identity.entities.list('user', call.account, input.PathPrefix),
      ({ name }) => name.toLowerCase(),
      input,
      fail,
    )
    return { Users: page.items.map((user) => presentUser({ ...user, tags: [] }, identity)), ...pageMembers(page) }
  },
})
