import { onUser } from './entity-access.ts'
import { userOrCaller } from './entity-name.ts'
import { wholeSeconds } from './presentation.ts'
import { defineOperation } from './service.ts'

export const listAccessKeys = defineOperation({
  name: 'ListAccessKeys',
  action: 'iam:ListAccessKeys',
  uses: ['identity'],
  readOnly: true,
  access: onUser('iam:ListAccessKeys'),
  run(input, { identity }, call, fail) {
    const user = identity.entities.get(userOrCaller(input, call, fail), fail)
    return {
      AccessKeyMetadata: identity.accessKeys.of(user).map(({ id, isActive, createdAtMs }) => ({
        UserName: user.name,
        AccessKeyId: id,
        Status: isActive ? 'Active' : 'Inactive',
        CreateDate: wholeSeconds(createdAtMs),
      })),
      IsTruncated: false,
    }
  },
})
