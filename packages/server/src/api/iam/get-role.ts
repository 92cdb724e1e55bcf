import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { presentRole } from './presentation.ts'
import { defineOperation } from './service.ts'

export const getRole = defineOperation({
  name: 'GetRole',
  action: 'iam:GetRole',
  uses: ['identity'],
  readOnly: true,
  access: onRole('iam:GetRole'),
  run(input, { identity }, call, fail) {
    return { Role: presentRole(identity.entities.get(roleOf(input, call), fail), identity) }
  },
})
