import { onUser } from './entity-access.ts'
import { userOrCaller } from './entity-name.ts'
import { defineOperation } from './service.ts'

/** Nobody has signing certificates here; infrastructure code asks before it deletes a user. */
export const listSigningCertificates = defineOperation({
  name: 'ListSigningCertificates',
  action: 'iam:ListSigningCertificates',
  uses: ['identity'],
  readOnly: true,
  access: onUser('iam:ListSigningCertificates'),
  run(input, { identity }, call, fail) {
    identity.entities.get(userOrCaller(input, call, fail), fail)
    return { Certificates: [], IsTruncated: false }
  },
})
