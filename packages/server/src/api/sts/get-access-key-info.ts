import { accountOfAccessKeyId } from '../../identity/index.ts'
import { defineOperation } from './service.ts'

/** Reads the account out of the key's id, known or not. */
export const getAccessKeyInfo = defineOperation({
  name: 'GetAccessKeyInfo',
  action: 'sts:GetAccessKeyInfo',
  uses: [],
  readOnly: true,
  run(input, _capabilities, _call, fail) {
    const account = accountOfAccessKeyId(input.AccessKeyId)
    return { Account: account ?? fail('ValidationError', `Access key ${input.AccessKeyId} is not valid.`) }
  },
})
