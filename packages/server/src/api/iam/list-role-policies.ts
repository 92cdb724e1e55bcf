import { pageOf } from '../../identity/index.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { pageMembers } from './presentation.ts'
import { defineOperation } from './service.ts'

export const listRolePolicies = defineOperation({
  name: 'ListRolePolicies',
  action: 'iam:ListRolePolicies',
  uses: ['identity'],
  readOnly: true,
  access: onRole('iam:ListRolePolicies'),
  run(input, { identity }, call, fail) {
    const role = identity.entities.get(roleOf(input, call), fail)
    const page = pageOf(Object.keys(role.inlinePolicies).sort(), (name) => name, input, fail)
    return { PolicyNames: page.items, ...pageMembers(page) }
  },
})
