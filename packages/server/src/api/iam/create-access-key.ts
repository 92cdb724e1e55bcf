import { onUser } from './entity-access.ts'
import { userOrCaller } from './entity-name.ts'
import { wholeSeconds } from './presentation.ts'
import { defineOperation } from './service.ts'

export const createAccessKey = defineOperation({
  name: 'CreateAccessKey',
  action: 'iam:CreateAccessKey',
  uses: ['identity'],
  readOnly: false,
  access: onUser('iam:CreateAccessKey'),
  async run(input, { identity }, call, fail) {
    const user = userOrCaller(input, call, fail)
    const { key, secretAccessKey } = await identity.accessKeys.create(call.cause, user, fail)
    return {
      AccessKey: {
        UserName: user.name,
        AccessKeyId: key.id,
        Status: 'Active',
        SecretAccessKey: secretAccessKey,
        CreateDate: wholeSeconds(key.createdAtMs),
      },
    }
  },
})
