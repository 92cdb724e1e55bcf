import type { RetireGrantRequest } from '../generated/kms.ts'
import type { Fail } from '../operation.ts'
import { addressKey, askKey, noteKeys } from './addressed-key.ts'
import { failDryRun } from './crypto-request.ts'
import { endGrant } from './describe-grant.ts'
import { readGrantToken } from './grant-token.ts'
import { defineOperation } from './service.ts'

/** Ends a grant: for those who were told to when it was made. */
export const retireGrant = defineOperation({
  name: 'RetireGrant',
  action: 'kms:RetireGrant',
  uses: ['kms'],
  readOnly: false,
  access(input, needs, call, fail) {
    const { keyArn, grantId } = grantOf(input, fail)
    const addressed = addressKey(keyArn, { takes: 'key', crossAccount: true }, needs, call, fail)
    noteKeys(call, [addressed])
    return [askKey('kms:RetireGrant', addressed, needs, call, { grantId })]
  },
  async run(input, { kms }, call, fail) {
    if (input.DryRun) failDryRun(fail)
    await endGrant({ kms }, grantOf(input, fail).grantId, call, fail)
    return {}
  },
})

function grantOf(
  { GrantToken: token, KeyId: keyArn, GrantId: grantId }: RetireGrantRequest,
  fail: Fail<'ValidationException' | 'InvalidGrantTokenException'>,
): { readonly keyArn: string; readonly grantId: string } {
  if (token !== undefined) return readGrantToken(token) ?? fail('InvalidGrantTokenException', '')
  if (keyArn !== undefined && grantId !== undefined) return { keyArn, grantId }
  return fail('ValidationException', 'A grant is named by its token, or by the key and its id.')
}
