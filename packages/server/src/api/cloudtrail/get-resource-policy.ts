import { checkPolicyArn, policyAccess } from './policy-resource.ts'
import { defineOperation } from './service.ts'
import { failUnknownResource } from './tagged-resource.ts'

/** None of the resources that can have a policy exist yet. */
export const getResourcePolicy = defineOperation({
  name: 'GetResourcePolicy',
  action: 'cloudtrail:GetResourcePolicy',
  uses: [],
  readOnly: true,
  access: (input, _capabilities, call) => policyAccess('cloudtrail:GetResourcePolicy', input.ResourceArn, call),
  run(input, _capabilities, call, fail) {
    checkPolicyArn(input.ResourceArn, call, fail)
    return failUnknownResource(input.ResourceArn, fail)
  },
})
