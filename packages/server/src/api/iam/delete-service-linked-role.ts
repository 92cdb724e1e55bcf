import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

/** Done at once: nothing here runs in the role's name that would have to end first. */
export const deleteServiceLinkedRole = defineOperation({
  name: 'DeleteServiceLinkedRole',
  action: 'iam:DeleteServiceLinkedRole',
  uses: ['identity'],
  readOnly: false,
  access: onRole('iam:DeleteServiceLinkedRole'),
  async run(input, { identity }, call, fail) {
    const service = await identity.entities.deleteLinked(call.cause, roleOf(input, call), fail)
    return { DeletionTaskId: `task/aws-service-role/${service}/${input.RoleName}/${call.requestId}` }
  },
})
