import { attachedPage } from './attached-page.ts'
import { onGroup } from './entity-access.ts'
import { groupOf } from './entity-name.ts'
import { pageMembers } from './presentation.ts'
import { defineOperation } from './service.ts'

export const listAttachedGroupPolicies = defineOperation({
  name: 'ListAttachedGroupPolicies',
  action: 'iam:ListAttachedGroupPolicies',
  uses: ['identity'],
  readOnly: true,
  access: onGroup('iam:ListAttachedGroupPolicies'),
  run(input, { identity }, call, fail) {
    const group = identity.entities.get(groupOf(input, call), fail)
    const page = attachedPage(group, input, identity, fail)
    return { AttachedPolicies: page.items, ...pageMembers(page) }
  },
})
