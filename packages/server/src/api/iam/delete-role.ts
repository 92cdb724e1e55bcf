import { type Entity, modifiable } from '../../identity/index.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

export const deleteRole = defineOperation({
  name: 'DeleteRole',
  action: 'iam:DeleteRole',
  uses: ['identity'],
  readOnly: false,
  access: onRole('iam:DeleteRole'),
  async run(input, { identity }, call, fail) {
    const isLinked = (entity: Entity) => entity.kind === 'role' && modifiable(entity, fail)
    await identity.entities.delete(call.cause, roleOf(input, call), fail, isLinked)
    return {}
  },
})
