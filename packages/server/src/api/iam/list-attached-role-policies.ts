import { attachedPage } from './attached-page.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { pageMembers } from './presentation.ts'
import { defineOperation } from './service.ts'

export const listAttachedRolePolicies = defineOperation({
  name: 'ListAttachedRolePolicies',
  action: 'iam:ListAttachedRolePolicies',
  uses: ['identity'],
  readOnly: true,
  access: onRole('iam:ListAttachedRolePolicies'),
  run(input, { identity }, call, fail) {
    const role = identity.entities.get(roleOf(input, call), fail)
    const page = attachedPage(role, input, identity, fail)
    return { AttachedPolicies: page.items, ...pageMembers(page) }
  },
})
