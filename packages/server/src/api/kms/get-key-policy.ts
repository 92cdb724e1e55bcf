import { askedKey, onKey } from './addressed-key.ts'
import { policyName } from './policy-rules.ts'
import { defineOperation } from './service.ts'

export const getKeyPolicy = defineOperation({
  name: 'GetKeyPolicy',
  action: 'kms:GetKeyPolicy',
  uses: ['kms'],
  readOnly: true,
  access: onKey('kms:GetKeyPolicy'),
  run(input, { kms }, call, fail) {
    const { policy } = askedKey({ kms }, call, fail)
    if ((input.PolicyName ?? policyName) !== policyName) fail('NotFoundException', 'No such policy exists')
    return { Policy: policy, PolicyName: policyName }
  },
})
