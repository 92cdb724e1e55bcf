import { withTags } from '../../identity/index.ts'
import { onPolicy } from './entity-access.ts'
import { readTags } from './presentation.ts'
import { defineOperation } from './service.ts'

export const tagPolicy = defineOperation({
  name: 'TagPolicy',
  action: 'iam:TagPolicy',
  uses: ['identity'],
  readOnly: false,
  access: onPolicy('iam:TagPolicy'),
  async run(input, { identity }, call, fail) {
    await identity.policies.update(call.cause, input.PolicyArn, fail, (policy) =>
      withTags(policy, readTags(input.Tags), fail),
    )
    return {}
  },
})
