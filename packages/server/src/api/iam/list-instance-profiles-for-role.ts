import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { defineOperation } from './service.ts'

/** There are no instance profiles here; infrastructure code asks before it deletes a role. */
export const listInstanceProfilesForRole = defineOperation({
  name: 'ListInstanceProfilesForRole',
  action: 'iam:ListInstanceProfilesForRole',
  uses: ['identity'],
  readOnly: true,
  access: onRole('iam:ListInstanceProfilesForRole'),
  run(input, { identity }, call, fail) {
    identity.entities.get(roleOf(input, call), fail)
    return { InstanceProfiles: [], IsTruncated: false }
  },
})
