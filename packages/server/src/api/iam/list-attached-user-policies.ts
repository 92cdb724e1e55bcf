import { attachedPage } from './attached-page.ts'
import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { pageMembers } from './presentation.ts'
import { defineOperation } from './service.ts'

export const listAttachedUserPolicies = defineOperation({
  name: 'ListAttachedUserPolicies',
  action: 'iam:ListAttachedUserPolicies',
  uses: ['identity'],
  readOnly: true,
  access: onUser('iam:ListAttachedUserPolicies'),
  run(input, { identity }, call, fail) {
    const user = identity.entities.get(userOf(input, call), fail)
    const page = attachedPage(user, input, identity, fail)
    return { AttachedPolicies: page.items, ...pageMembers(page) }
  },
})
