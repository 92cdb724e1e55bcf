import { policyVersion } from '../../identity/index.ts'
import { onPolicy } from './entity-access.ts'
import { presentVersion } from './presentation.ts'
import { defineOperation } from './service.ts'

export const getPolicyVersion = defineOperation({
  name: 'GetPolicyVersion',
  action: 'iam:GetPolicyVersion',
  uses: ['identity'],
  readOnly: true,
  access: onPolicy('iam:GetPolicyVersion'),
  run(input, { identity }, _call, fail) {
    const policy = identity.policies.get(input.PolicyArn, fail)
    const version = policyVersion(policy, input.VersionId, fail)
    return { PolicyVersion: presentVersion(policy, version, 'with document') }
  },
})
