import { withAttachedPolicy } from '../../identity/index.ts'
import { attachable } from './attachable.ts'
import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const attachUserPolicy = defineOperation({
  name: 'AttachUserPolicy',
  action: 'iam:AttachUserPolicy',
  uses: ['identity'],
  readOnly: false,
  access: onUser('iam:AttachUserPolicy'),
  async run(input, { identity }, call, fail) {
    const { arn } = attachable(identity, call.account, input.PolicyArn, fail)
    await identity.entities.update(call.cause, userOf(input, call), fail, (user) => withAttachedPolicy(user, arn, fail))
    return {}
  },
})
