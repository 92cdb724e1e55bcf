import { withoutTags } from '../../identity/index.ts'
import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const untagUser = defineOperation({
  name: 'UntagUser',
  action: 'iam:UntagUser',
  uses: ['identity'],
  readOnly: false,
  access: onUser('iam:UntagUser'),
  async run(input, { identity }, call, fail) {
    await identity.entities.update(call.cause, userOf(input, call), fail, (user) => withoutTags(user, input.TagKeys))
    return {}
  },
})
