import type { PutKeyPolicyRequest } from '../generated/kms.ts'
import { management, onKey } from './addressed-key.ts'
import { changeKey } from './change-key.ts'
import { checkKeyPolicy, policyName } from './policy-rules.ts'
import { defineOperation } from './service.ts'

export const putKeyPolicy = defineOperation({
  name: 'PutKeyPolicy',
  action: 'kms:PutKeyPolicy',
  uses: ['kms', 'identity'],
  readOnly: false,
  access: onKey('kms:PutKeyPolicy', management, (input: PutKeyPolicyRequest) => ({
    'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck ?? false),
  })),
  run(input, { kms, identity }, call, fail) {
    if ((input.PolicyName ?? policyName) !== policyName) fail('NotFoundException', 'No such policy exists')
    return changeKey({ kms }, call, fail, (key) => {
      checkKeyPolicy(input, key, identity, call, fail)
      return { ...key, policy: input.Policy }
    })
  },
})
