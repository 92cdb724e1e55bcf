import { onUser } from './entity-access.ts'
import { userOrCaller } from './entity-name.ts'
import { defineOperation } from './service.ts'

/** Nobody has an MFA device here; infrastructure code asks before it deletes a user. */
export const listMFADevices = defineOperation({
  name: 'ListMFADevices',
  action: 'iam:ListMFADevices',
  uses: ['identity'],
  readOnly: true,
  access: onUser('iam:ListMFADevices'),
  run(input, { identity }, call, fail) {
    identity.entities.get(userOrCaller(input, call, fail), fail)
    return { MFADevices: [], IsTruncated: false }
  },
})
