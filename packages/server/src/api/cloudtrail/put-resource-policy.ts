import { PolicyError, parsePolicy } from '@cairn/aws-kit/iam'
import type { Fail } from '../operation.ts'
import { checkPolicyArn, policyAccess } from './policy-resource.ts'
import { defineOperation } from './service.ts'
import { failUnknownResource } from './tagged-resource.ts'

/** None of the resources that can have a policy exist yet. */
export const putResourcePolicy = defineOperation({
  name: 'PutResourcePolicy',
  action: 'cloudtrail:PutResourcePolicy',
  uses: [],
  readOnly: false,
  access: (input, _capabilities, call) => policyAccess('cloudtrail:PutResourcePolicy', input.ResourceArn, call),
  run(input, _capabilities, call, fail) {
    checkPolicyArn(input.ResourceArn, call, fail)
    checkPolicyText(input.ResourcePolicy, fail)
    return failUnknownResource(input.ResourceArn, fail)
  },
})

function checkPolicyText(text: string, fail: Fail<'ResourcePolicyNotValidException'>): void {
  try {
    parsePolicy(text, 'resource')
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    fail('ResourcePolicyNotValidException', error.message)
  }
}
