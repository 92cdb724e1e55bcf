import { withTags } from '../../identity/index.ts'
import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { readTags } from './presentation.ts'
import { defineOperation } from './service.ts'

export const tagUser = defineOperation({
  name: 'TagUser',
  action: 'iam:TagUser',
  uses: ['identity'],
  readOnly: false,
  access: onUser('iam:TagUser'),
  async run(input, { identity }, call, fail) {
    await identity.entities.update(call.cause, userOf(input, call), fail, (user) =>
      withTags(user, readTags(input.Tags), fail),
    )
    return {}
  },
})
