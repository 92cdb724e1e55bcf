import { callerId } from '../../identity/index.ts'
import { defineOperation } from './service.ts'

/** Answers every caller, also one whose policies deny it. */
export const getCallerIdentity = defineOperation({
  name: 'GetCallerIdentity',
  action: 'sts:GetCallerIdentity',
  uses: [],
  readOnly: true,
  access: () => [],
  run(_input, _capabilities, { principal }, fail) {
    const userId = callerId(principal)
    if (userId === undefined || !('arn' in principal)) {
      return fail('AccessDenied', 'The caller has no identity in an account.')
    }
    return { UserId: userId, Account: principal.account, Arn: principal.arn }
  },
})
