import { policyVersion, withVersion } from '../../identity/index.ts'
import { onPolicy } from './entity-access.ts'
import { presentVersion } from './presentation.ts'
import { defineOperation } from './service.ts'

export const createPolicyVersion = defineOperation({
  name: 'CreatePolicyVersion',
  action: 'iam:CreatePolicyVersion',
  uses: ['identity', 'clock'],
  readOnly: false,
  access: onPolicy('iam:CreatePolicyVersion'),
  async run(input, { identity, clock }, call, fail) {
    const nowMs = clock.nowMs()
    const wanted = { document: input.PolicyDocument, isDefault: input.SetAsDefault ?? false, nowMs }
    const after = await identity.policies.update(call.cause, input.PolicyArn, fail, (policy) =>
      withVersion(policy, wanted, fail),
    )
    const made = policyVersion(after, `v${after.nextVersion - 1}`, fail)
    return { PolicyVersion: presentVersion(after, made, 'without document') }
  },
})
