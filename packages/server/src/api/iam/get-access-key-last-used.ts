import { wholeSeconds } from './presentation.ts'
import { defineOperation } from './service.ts'

export const getAccessKeyLastUsed = defineOperation({
  name: 'GetAccessKeyLastUsed',
  action: 'iam:GetAccessKeyLastUsed',
  uses: ['identity'],
  readOnly: true,
  run(input, { identity }, call, fail) {
    const key = identity.accessKeys.find(input.AccessKeyId)
    if (key?.owner.kind !== 'user' || key.owner.account !== call.account) {
      return fail('AccessDenied', `The access key ${input.AccessKeyId} does not belong to a user of this account.`)
    }
    const use = identity.accessKeys.lastUse(key.id)
    return {
      UserName: key.owner.name,
      AccessKeyLastUsed:
        use === undefined
          ? { ServiceName: 'N/A', Region: 'N/A' }
          : { LastUsedDate: wholeSeconds(use.atMs), ServiceName: use.service, Region: use.region },
    }
  },
})
