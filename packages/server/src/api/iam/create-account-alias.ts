import { defineOperation } from './service.ts'

export const createAccountAlias = defineOperation({
  name: 'CreateAccountAlias',
  action: 'iam:CreateAccountAlias',
  uses: ['identity'],
  readOnly: false,
  async run(input, { identity }, call, fail) {
    await identity.setAlias(call.cause, call.account, input.AccountAlias, fail)
    return {}
  },
})
