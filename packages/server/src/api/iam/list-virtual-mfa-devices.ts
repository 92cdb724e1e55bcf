import { defineOperation } from './service.ts'

/** There are no MFA devices here; infrastructure code asks before it deletes a user. */
export const listVirtualMFADevices = defineOperation({
  name: 'ListVirtualMFADevices',
  action: 'iam:ListVirtualMFADevices',
  uses: [],
  readOnly: true,
  run: () => ({ VirtualMFADevices: [], IsTruncated: false }),
})
