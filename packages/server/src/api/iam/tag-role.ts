import { withTags } from '../../identity/index.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { readTags } from './presentation.ts'
import { defineOperation } from './service.ts'

export const tagRole = defineOperation({
  name: 'TagRole',
  action: 'iam:TagRole',
  uses: ['identity'],
  readOnly: false,
  access: onRole('iam:TagRole'),
  async run(input, { identity }, call, fail) {
    await identity.entities.update(call.cause, roleOf(input, call), fail, (role) =>
      withTags(role, readTags(input.Tags), fail),
    )
    return {}
  },
})
