import { withoutTags } from '../../identity/index.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const untagRole = defineOperation({
  name: 'UntagRole',
  action: 'iam:UntagRole',
  uses: ['identity'],
  readOnly: false,
  access: onRole('iam:UntagRole'),
  async run(input, { identity }, call, fail) {
    await identity.entities.update(call.cause, roleOf(input, call), fail, (role) => withoutTags(role, input.TagKeys))
    return {}
  },
})
