import { onUser } from './entity-access.ts'
import { userOrCaller } from './entity-name.ts'
import { defineOperation } from './service.ts'

/** Nobody has SSH keys here; infrastructure code asks before it deletes a user. */
export const listSSHPublicKeys = defineOperation({
  name: 'ListSSHPublicKeys',
  action: 'iam:ListSSHPublicKeys',
  uses: ['identity'],
  readOnly: true,
  access: onUser('iam:ListSSHPublicKeys'),
  run(input, { identity }, call, fail) {
    identity.entities.get(userOrCaller(input, call, fail), fail)
    return { SSHPublicKeys: [], IsTruncated: false }
  },
})
