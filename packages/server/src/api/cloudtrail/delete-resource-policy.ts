import { policyAccess, resolvePolicyResource } from './policy-resource.ts'
import { failNoPolicy } from './resource-policy-rules.ts'
import { defineOperation } from './service.ts'
import { failUnknownResource } from './tagged-resource.ts'

export const deleteResourcePolicy = defineOperation({
  name: 'DeleteResourcePolicy',
  action: 'cloudtrail:DeleteResourcePolicy',
  uses: ['eventDataStores', 'channels'],
  readOnly: false,
  access: (input, resources, call) =>
    policyAccess('cloudtrail:DeleteResourcePolicy', input.ResourceArn, call, resources),
  async run(input, resources, call, fail) {
    const { ResourceArn: arn } = input
    const resource = resolvePolicyResource(arn, resources, call, fail)
    if (resource.policy === undefined) failNoPolicy(arn, fail)
    return (await resource.setPolicy(call.cause, undefined)) ? {} : failUnknownResource(arn, fail)
  },
})
