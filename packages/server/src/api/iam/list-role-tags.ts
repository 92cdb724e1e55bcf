import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { pageMembers } from './presentation.ts'
import { defineOperation } from './service.ts'
import { tagPage } from './tag-page.ts'

export const listRoleTags = defineOperation({
  name: 'ListRoleTags',
  action: 'iam:ListRoleTags',
  uses: ['identity'],
  readOnly: true,
  access: onRole('iam:ListRoleTags'),
  run(input, { identity }, call, fail) {
    const role = identity.entities.get(roleOf(input, call), fail)
    const page = tagPage(role.tags, input, fail)
    return { Tags: page.items, ...pageMembers(page) }
  },
})
