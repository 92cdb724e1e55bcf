import { defineOperation } from './service.ts'

export const listAccountAliases = defineOperation({
  name: 'ListAccountAliases',
  action: 'iam:ListAccountAliases',
  uses: ['identity'],
  readOnly: true,
  run(_input, { identity }, call) {
    const alias = identity.alias(call.account)
    return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false }
  },
})
