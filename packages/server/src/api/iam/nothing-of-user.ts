import type { IamOperations } from '../generated/iam.ts'
import type { Operation } from '../operation.ts'
import { onUser } from './entity-access.ts'
import { userOrCaller } from './entity-name.ts'
import { defineOperation } from './service.ts'

/** What users have on AWS and not here. */
type UserList = 'ListMFADevices' | 'ListSSHPublicKeys' | 'ListServiceSpecificCredentials' | 'ListSigningCertificates'

/** A list of a user's that is always empty; infrastructure code asks for it before it deletes a user. */
export function nothingOfUser<N extends UserList>(name: N, nothing: IamOperations[N]['output']): Operation {
  return defineOperation<UserList, 'identity'>({
    name,
    action: `iam:${name}`,
    uses: ['identity'],
    readOnly: true,
    access: onUser(`iam:${name}`),
    run(input, { identity }, call, fail) {
      identity.entities.get(userOrCaller(input, call, fail), fail)
      return nothing
    },
  })
}
