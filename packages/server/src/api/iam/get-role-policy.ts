import { inlinePolicy } from '../../identity/index.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { encodeDocument } from './presentation.ts'
import { defineOperation } from './service.ts'

export const getRolePolicy = defineOperation({
  name: 'GetRolePolicy',
  action: 'iam:GetRolePolicy',
  uses: ['identity'],
  readOnly: true,
  access: onRole('iam:GetRolePolicy'),
  run(input, { identity }, call, fail) {
    const role = identity.entities.get(roleOf(input, call), fail)
    const document = inlinePolicy(role, input.PolicyName, fail)
    return { RoleName: role.name, PolicyName: input.PolicyName, PolicyDocument: encodeDocument(document) }
  },
})
