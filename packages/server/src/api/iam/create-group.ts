import { onGroup } from './entity-access.ts'
import { groupOf } from './entity-name.ts'
import { presentGroup } from './presentation.ts'
import { defineOperation } from './service.ts'

export const createGroup = defineOperation({
  name: 'CreateGroup',
  action: 'iam:CreateGroup',
  uses: ['identity', 'clock'],
  readOnly: false,
  access: onGroup('iam:CreateGroup'),
  async run(input, { identity, clock }, call, fail) {
    const group = await identity.entities.create(
      call.cause,
      {
        ...groupOf(input, call),
        id: identity.newId('AGPA', call.account),
        path: input.Path ?? '/',
        createdAtMs: clock.nowMs(),
        inlinePolicies: {},
        attachedPolicies: [],
        tags: [],
      },
      fail,
    )
    return { Group: presentGroup(group, identity) }
  },
})
