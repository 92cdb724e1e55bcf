import { defineOperation } from './service.ts'

export const deleteAccountAlias = defineOperation({
  name: 'DeleteAccountAlias',
  action: 'iam:DeleteAccountAlias',
  uses: ['identity'],
  readOnly: false,
  async run(input, { identity }, call, fail) {
    await identity.deleteAlias(call.cause, call.account, input.AccountAlias, fail)
    return {}
  },
})
