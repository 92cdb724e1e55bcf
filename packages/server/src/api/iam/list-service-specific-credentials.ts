import { onUser } from './entity-access.ts'
import { userOrCaller } from './entity-name.ts'
import { defineOperation } from './service.ts'

/** Nobody has passwords for single services here; infrastructure code asks before it deletes a user. */
export const listServiceSpecificCredentials = defineOperation({
  name: 'ListServiceSpecificCredentials',
  action: 'iam:ListServiceSpecificCredentials',
  uses: ['identity'],
  readOnly: true,
  access: onUser('iam:ListServiceSpecificCredentials'),
  run(input, { identity }, call, fail) {
    identity.entities.get(userOrCaller(input, call, fail), fail)
    return { ServiceSpecificCredentials: [], IsTruncated: false }
  },
})
