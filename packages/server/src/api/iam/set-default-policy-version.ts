import { withDefaultVersion } from '../../identity/index.ts'
import { onPolicy } from './entity-access.ts'
import { defineOperation } from './service.ts'

export const setDefaultPolicyVersion = defineOperation({
  name: 'SetDefaultPolicyVersion',
  action: 'iam:SetDefaultPolicyVersion',
  uses: ['identity'],
  readOnly: false,
  access: onPolicy('iam:SetDefaultPolicyVersion'),
  async run(input, { identity }, call, fail) {
    await identity.policies.update(call.cause, input.PolicyArn, fail, (policy) =>
      withDefaultVersion(policy, input.VersionId, fail),
    )
    return {}
  },
})
