import { onUser } from './entity-access.ts'
import { userOrCaller } from './entity-name.ts'
import { defineOperation } from './service.ts'

/** There is no console to log in to, so nobody has a password; infrastructure code asks before it deletes a user. */
export const deleteLoginProfile = defineOperation({
  name: 'DeleteLoginProfile',
  action: 'iam:DeleteLoginProfile',
  uses: ['identity'],
  readOnly: false,
  access: onUser('iam:DeleteLoginProfile'),
  run(input, { identity }, call, fail) {
    const user = identity.entities.get(userOrCaller(input, call, fail), fail)
    return fail('NoSuchEntityException', `Login Profile for User ${user.name} cannot be found.`)
  },
})
