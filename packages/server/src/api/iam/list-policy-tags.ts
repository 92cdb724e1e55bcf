import { onPolicy } from './entity-access.ts'
import { pageMembers } from './presentation.ts'
import { defineOperation } from './service.ts'
import { tagPage } from './tag-page.ts'

export const listPolicyTags = defineOperation({
  name: 'ListPolicyTags',
  action: 'iam:ListPolicyTags',
  uses: ['identity'],
  readOnly: true,
  access: onPolicy('iam:ListPolicyTags'),
  run(input, { identity }, _call, fail) {
    const page = tagPage(identity.policies.get(input.PolicyArn, fail).tags, input, fail)
    return { Tags: page.items, ...pageMembers(page) }
  },
})
