import { withoutTags } from '../../identity/index.ts'
import { onPolicy } from './entity-access.ts'
import { defineOperation } from './service.ts'

export const untagPolicy = defineOperation({
  name: 'UntagPolicy',
  action: 'iam:UntagPolicy',
  uses: ['identity'],
  readOnly: false,
  access: onPolicy('iam:UntagPolicy'),
  async run(input, { identity }, call, fail) {
    await identity.policies.update(call.cause, input.PolicyArn, fail, (policy) => withoutTags(policy, input.TagKeys))
    return {}
  },
})
