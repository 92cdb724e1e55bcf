import { askedKey, onKey } from './addressed-key.ts'
import { policyName } from './policy-rules.ts'
import { defineOperation } from './service.ts'

export const listKeyPolicies = defineOperation({
  name: 'ListKeyPolicies',
  action: 'kms:ListKeyPolicies',
  uses: ['kms'],
  readOnly: true,
  access: onKey('kms:ListKeyPolicies'),
  run(_input, { kms }, call, fail) {
    askedKey({ kms }, call, fail)
    return { PolicyNames: [policyName], Truncated: false }
  },
})
