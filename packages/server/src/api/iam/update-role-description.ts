import { modifiable } from '../../identity/index.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { presentRole } from './presentation.ts'
import { defineOperation } from './service.ts'

export const updateRoleDescription = defineOperation({
  name: 'UpdateRoleDescription',
  action: 'iam:UpdateRoleDescription',
  uses: ['identity'],
  readOnly: false,
  access: onRole('iam:UpdateRoleDescription'),
  async run(input, { identity }, call, fail) {
    const description = input.Description
    const after = await identity.entities.update(call.cause, roleOf(input, call), fail, (role) => ({
      ...modifiable(role, fail),
      description,
    }))
    return { Role: presentRole(after, identity) }
  },
})
