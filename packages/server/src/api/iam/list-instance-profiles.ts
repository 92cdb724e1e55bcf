import { defineOperation } from './service.ts'

/** There are no instances here to have profiles. Tools that check an account ask for all of them. */
export const listInstanceProfiles = defineOperation({
  name: 'ListInstanceProfiles',
  action: 'iam:ListInstanceProfiles',
  uses: [],
  readOnly: true,
  run: () => ({ InstanceProfiles: [], IsTruncated: false }),
})
