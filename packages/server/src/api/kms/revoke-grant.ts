import { onKey } from './addressed-key.ts'
import { failDryRun } from './crypto-request.ts'
import { endGrant } from './describe-grant.ts'
import { defineOperation } from './service.ts'

export const revokeGrant = defineOperation({
  name: 'RevokeGrant',
  action: 'kms:RevokeGrant',
  uses: ['kms'],
  readOnly: false,
  access: onKey('kms:RevokeGrant', { takes: 'key', crossAccount: true }, () => ({
    'kms:GrantIsForAWSResource': 'false',
  })),
  async run(input, { kms }, call, fail) {
    if (input.DryRun) failDryRun(fail)
    await endGrant({ kms }, input.GrantId, call, fail)
    return {}
  },
})
