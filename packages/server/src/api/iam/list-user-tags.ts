import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { pageMembers } from './presentation.ts'
import { defineOperation } from './service.ts'
import { tagPage } from './tag-page.ts'

export const listUserTags = defineOperation({
  name: 'ListUserTags',
  action: 'iam:ListUserTags',
  uses: ['identity'],
  readOnly: true,
  access: onUser('iam:ListUserTags'),
  run(input, { identity }, call, fail) {
    const user = identity.entities.get(userOf(input, call), fail)
    const page = tagPage(user.tags, input, fail)
    return { Tags: page.items, ...pageMembers(page) }
  },
})
