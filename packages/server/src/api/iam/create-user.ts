import { type User, withTags } from '../../identity/index.ts'
import { attachable } from './attachable.ts'
import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { presentUser, readTags } from './presentation.ts'
import { defineOperation } from './service.ts'

export const createUser = defineOperation({
  name: 'CreateUser',
  action: 'iam:CreateUser',
  uses: ['identity', 'clock'],
  readOnly: false,
  access: onUser('iam:CreateUser'),
  async run(input, { identity, clock }, call, fail) {
    const boundary = input.PermissionsBoundary
    if (boundary !== undefined) attachable(identity, call.account, boundary, fail)
    const bare: User = {
      ...userOf(input, call),
      id: identity.newId('AIDA', call.account),
      path: input.Path ?? '/',
      createdAtMs: clock.nowMs(),
      inlinePolicies: {},
      attachedPolicies: [],
      tags: [],
      groups: [],
      ...(boundary === undefined ? {} : { boundary }),
    }
    const user = await identity.entities.create(call.cause, withTags(bare, readTags(input.Tags), fail), fail)
    return { User: presentUser(user, identity) }
  },
})
