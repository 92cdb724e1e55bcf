import { onPolicy } from './entity-access.ts'
import { presentPolicy, presentTags } from './presentation.ts'
import { defineOperation } from './service.ts'

export const getPolicy = defineOperation({
  name: 'GetPolicy',
  action: 'iam:GetPolicy',
  uses: ['identity'],
  readOnly: true,
  access: onPolicy('iam:GetPolicy'),
  run(input, { identity }, call, fail) {
    const policy = identity.policies.get(input.PolicyArn, fail)
    const { description, tags } = policy
    return {
      Policy: {
        ...presentPolicy(policy, identity.policies.usage(call.account).get(policy.arn)),
        ...(description === undefined ? {} : { Description: description }),
        ...(tags.length === 0 ? {} : { Tags: presentTags(tags) }),
      },
    }
  },
})
