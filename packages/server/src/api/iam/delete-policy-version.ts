import { withoutVersion } from '../../identity/index.ts'
import { onPolicy } from './entity-access.ts'
import { defineOperation } from './service.ts'

export const deletePolicyVersion = defineOperation({
  name: 'DeletePolicyVersion',
  action: 'iam:DeletePolicyVersion',
  uses: ['identity'],
  readOnly: false,
  access: onPolicy('iam:DeletePolicyVersion'),
  async run(input, { identity }, call, fail) {
    await identity.policies.update(call.cause, input.PolicyArn, fail, (policy) =>
      withoutVersion(policy, input.VersionId, fail),
    )
    return {}
  },
})
