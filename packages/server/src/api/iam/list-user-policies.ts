import { pageOf } from '../../identity/index.ts'
import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { pageMembers } from './presentation.ts'
import { defineOperation } from './service.ts'

export const listUserPolicies = defineOperation({
  name: 'ListUserPolicies',
  action: 'iam:ListUserPolicies',
  uses: ['identity'],
  readOnly: true,
  access: onUser('iam:ListUserPolicies'),
  run(input, { identity }, call, fail) {
    const user = identity.entities.get(userOf(input, call), fail)
    const page = pageOf(Object.keys(user.inlinePolicies).sort(), (name) => name, input, fail)
    return { PolicyNames: page.items, ...pageMembers(page) }
  },
})
