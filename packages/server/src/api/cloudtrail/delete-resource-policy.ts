import { checkPolicyArn, policyAccess } from './policy-resource.ts'
import { defineOperation } from './service.ts'
import { failUnknownResource } from './tagged-resource.ts'

/** None of the resources that can have a policy exist yet. */
export const deleteResourcePolicy = defineOperation({
  name: 'DeleteResourcePolicy',
  action: 'cloudtrail:DeleteResourcePolicy',
  uses: [],
  readOnly: false,
  access: (input, _capabilities, call) => policyAccess('cloudtrail:DeleteResourcePolicy', input.ResourceArn, call),
  run(input, _capabilities, call, fail) {
    checkPolicyArn(input.ResourceArn, call, fail)
    return failUnknownResource(input.ResourceArn, fail)
  },
})
