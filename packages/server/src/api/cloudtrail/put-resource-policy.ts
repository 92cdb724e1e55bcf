import { policyAccess, resolvePolicyResource } from './policy-resource.ts'
import { checkResourcePolicy, readPolicy } from './resource-policy-rules.ts'
import { defineOperation } from './service.ts'
import { failUnknownResource } from './tagged-resource.ts'

/** Says what other accounts may do with an event data store or a channel; replaces what was said before. */
export const putResourcePolicy = defineOperation({
  name: 'PutResourcePolicy',
  action: 'cloudtrail:PutResourcePolicy',
  uses: ['eventDataStores', 'channels', 'identity'],
  readOnly: false,
  access: (input, resources, call) => policyAccess('cloudtrail:PutResourcePolicy', input.ResourceArn, call, resources),
  async run(input, resources, call, fail) {
    const { ResourceArn: arn, ResourcePolicy: policy } = input
    const written = readPolicy(policy, fail)
    const resource = resolvePolicyResource(arn, resources, call, fail)
    checkResourcePolicy(written, { type: resource.type, arn }, resources.identity, fail)
    const isThere = await resource.setPolicy(call.cause, policy)
    return isThere ? { ResourceArn: arn, ResourcePolicy: policy } : failUnknownResource(arn, fail)
  },
})
