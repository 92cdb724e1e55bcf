import { policyAccess, resolvePolicyResource } from './policy-resource.ts'
import { failNoPolicy } from './resource-policy-rules.ts'
import { defineOperation } from './service.ts'

export const getResourcePolicy = defineOperation({
  name: 'GetResourcePolicy',
  action: 'cloudtrail:GetResourcePolicy',
  uses: ['eventDataStores', 'channels'],
  readOnly: true,
  access: (input, resources, call) => policyAccess('cloudtrail:GetResourcePolicy', input.ResourceArn, call, resources),
  run(input, resources, call, fail) {
    const { ResourceArn: arn } = input
    const { policy } = resolvePolicyResource(arn, resources, call, fail)
    return policy === undefined ? failNoPolicy(arn, fail) : { ResourceArn: arn, ResourcePolicy: policy }
  },
})
