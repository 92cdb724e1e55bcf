import { onUser } from './entity-access.ts'
import { userOrCaller } from './entity-name.ts'
import { defineOperation } from './service.ts'

/** There is no console to log in to, so nobody has a password; infrastructure code asks what users have. */
export const getLoginProfile = defineOperation({
  name: 'GetLoginProfile',
  action: 'iam:GetLoginProfile',
  uses: ['identity'],
  readOnly: true,
  access: onUser('iam:GetLoginProfile'),
  run(input, { identity }, call, fail) {
    const user = identity.entities.get(userOrCaller(input, call, fail), fail)
    return fail('NoSuchEntityException', `Login Profile for User ${user.name} cannot be found.`)
  },
})
