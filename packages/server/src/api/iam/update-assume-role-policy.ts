import { modifiable } from '../../identity/index.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const updateAssumeRolePolicy = defineOperation({
  name: 'UpdateAssumeRolePolicy',
  action: 'iam:UpdateAssumeRolePolicy',
  uses: ['identity'],
  readOnly: false,
  access: onRole('iam:UpdateAssumeRolePolicy'),
  async run(input, { identity }, call, fail) {
    const trustPolicy = input.PolicyDocument
    identity.checkTrustPolicy(trustPolicy, fail)
    await identity.entities.update(call.cause, roleOf(input, call), fail, (role) => ({
      ...modifiable(role, fail),
      trustPolicy,
    }))
    return {}
  },
})
