import { pageOf } from '../../identity/index.ts'
import { onGroup } from './entity-access.ts'
import { groupOf } from './entity-name.ts'
import { pageMembers } from './presentation.ts'
import { defineOperation } from './service.ts'

export const listGroupPolicies = defineOperation({
  name: 'ListGroupPolicies',
  action: 'iam:ListGroupPolicies',
  uses: ['identity'],
  readOnly: true,
  access: onGroup('iam:ListGroupPolicies'),
  run(input, { identity }, call, fail) {
    const group = identity.entities.get(groupOf(input, call), fail)
    const page = pageOf(Object.keys(group.inlinePolicies).sort(), (name) => name, input, fail)
    return { PolicyNames: page.items, ...pageMembers(page) }
  },
})
